// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at each stage on the way to a WebSocket server. */
@Command(
    name = "doctor",
    description = {
      "Connect, stage by stage, send a ping, close, and tell what each stage found and took, and"
          + " what to do about what failed. Credentials are not printed."
    },
    footer = {
      "",
      "Exit codes: 0 if all is well, otherwise as those of 'plywire connect':",
      "  2 wrong usage, 3 the upgrade was refused, 4 no connection, 5 TLS,",
      "  6 protocol, 7 no answer in time, 8 lost, 9 closed by the server at once,",
      "  1 anything else."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ClientSide side = new ClientSide();

  @Option(names = "--json", description = "Print all of it as one object of JSON.")
  private boolean json;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    Examination seen = new Examination(side.url(), side.tls().takesAny());
    try {
      examine(seen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
    if (json) {
      byte[] line = (DoctorJson.of(seen) + "\n").getBytes(StandardCharsets.UTF_8);
      terminal.out().write(line, 0, line.length);
      terminal.out().flush();
    } else {
      new DoctorText(terminal.outWriter()).print(seen);
    }
    return seen.exitCode();
  }

  private void examine(Examination seen) throws CommandFailure, IOException, InterruptedException {
    WebSocketOptions options = side.options();
    Dialer dialer = new Dialer(side, terminal.environment());
    WebSocketStream opened = open(dialer, options, seen);
    if (opened == null) {
      return;
    }
    try (opened) {
      seen.opened(opened);
      talk(opened, seen);
    }
  }

  private @Nullable WebSocketStream open(Dialer dialer, WebSocketOptions options, Examination seen)
      throws CommandFailure {
    try {
      return dialer.open(options, new OnTop(Stages.TAP, seen::look), null);
    } catch (IOException e) {
      ConnectReport told = ConnectReport.of(e);
      String stage = told == null ? Stages.UPGRADE : Stages.failed(told);
      seen.failed(stage, dialer.failure(e));
      if (stage.equals(Stages.TLS) && e instanceof TlsException tls && isCertificate(tls)) {
        lookAtCertificate(dialer, options, seen);
      }
      seen.report = told;
      return null;
    } finally {
      if (seen.report == null) {
        seen.report = dialer.report();
      }
    }
  }

  private static boolean isCertificate(TlsException e) {
    return e.error() == TlsError.CERTIFICATE_EXPIRED
        || e.error() == TlsError.CERTIFICATE_UNTRUSTED
        || e.error() == TlsError.HOST_NAME_MISMATCH;
  }

  /** Connects once more, taking any certificate, sends nothing, and goes. */
  private void lookAtCertificate(Dialer dialer, WebSocketOptions options, Examination seen)
      throws CommandFailure {
    OnTop look =
        new OnTop(
            Stages.TAP,
            (below, endpoint) -> {
              seen.lookAtTls(below, endpoint);
              throw new IOException("the certificate has been seen");
            });
    try (WebSocketStream never =
        dialer.open(options, look, side.tls().insecureContext(side.timeout()))) {
      assert never == null;
    } catch (IOException e) {
      // Seen, or the server has changed its mind.
    }
  }

  private void talk(WebSocketStream opened, Examination seen) throws InterruptedException {
    PingAndClose exchange = new PingAndClose(opened, side.timeout());
    String stage = "ping";
    try {
      seen.ping = exchange.pong();
      stage = "close";
      long begun = System.nanoTime();
      CloseOutcome outcome = exchange.close();
      seen.closeTook = Duration.ofNanos(System.nanoTime() - begun);
      seen.close = outcome;
    } catch (CommandFailure e) {
      seen.failed(stage, e);
    }
    seen.messages = exchange.messages();
  }
}
