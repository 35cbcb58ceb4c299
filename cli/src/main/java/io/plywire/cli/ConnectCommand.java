// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WireFrame;
import io.plywire.websocket.observe.WireTap;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Talks to a WebSocket server: lines in, messages out. */
@Command(
    name = "connect",
    description = {
      "Send each line of standard input as a message, and print each message on standard output.",
      "The end of the input closes the WebSocket; what arrives before the server's answer to that"
          + " is still printed."
    },
    footer = {
      "",
      "Text messages are printed as a line each, binary ones as a line 'binary: ' and hex digits.",
      "Everything that is no message goes to standard error; there '>' is sent and '<' received.",
      "With --json events go to standard output: opened, message, ping, pong, close,",
      "waiting with --reconnect, and error if the exit code is not 0; docs/doctor.md has their members.",
      "",
      "Exit codes:",
      "  0  closed with 1000, 1001 or no code, by either side",
      "  1  any other failure, such as a message over the limit, or a line that was not sent",
      "  2  wrong usage",
      "  3  the server refused the upgrade",
      "  4  no connection: unknown host, refused, unreachable, proxy, no transport",
      "  5  TLS failed, or there is none",
      "  6  a side broke the protocol, in the handshake or later",
      "  7  something took longer than --timeout",
      "  8  the connection was lost without a close frame",
      "  9  the server closed with another code, which is printed",
      "A signal closes with 1001 and then ends the command as usual: 130 after Ctrl-C."
    })
final class ConnectCommand implements Callable<Integer> {
  /** How much of a frame's payload is printed, so that a line is not much wider than a window. */
  private static final int EXCERPT_BYTES = 32;

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private final ClientSide side = new ClientSide();

  @Option(
      names = "--ping",
      paramLabel = "SECONDS",
      description =
          "Send a ping every so often and print the round-trip time. With --reconnect it is sent"
              + " in silence only, and nothing is printed.")
  private double pingSeconds;

  @Option(
      names = "--binary",
      description = "Send lines as binary messages, and print binary messages as they are.")
  private boolean binary;

  @Option(
      names = "--show-handshake",
      description =
          "Print request and response heads as they were sent, secrets included, and what TLS"
              + " agreed on.")
  private boolean showHandshake;

  @Option(
      names = "--frames",
      description = "Print each frame that goes over the wire, and how it begins.")
  private boolean showFrames;

  @Option(
      names = "--one",
      description = "End after the first message received, and not with the input.")
  private boolean onlyOne;

  @Option(
      names = "--reconnect",
      description =
          "Connect again whenever the connection is lost or cannot be had, with growing pauses;"
              + " not if the server says that this client is at fault, or that all is done. A line"
              + " waits until it can be sent.")
  private boolean reconnecting;

  @Option(
      names = "--json",
      description = "Print each event on standard output as an object of JSON on a line.")
  private boolean json;

  ConnectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, IOException {
    WebSocketOptions options = options();
    Dialer dialer = new Dialer(side, terminal.environment());
    SessionOutput output =
        json
            ? new JsonOutput(terminal, side.url(), dialer::report)
            : new LineOutput(terminal, binary, side.deflate());
    try {
      return reconnecting ? talkOn(dialer, options, output) : talk(dialer, options, output);
    } catch (CommandFailure e) {
      output.failed(e);
      throw e;
    }
  }

  private int talk(Dialer dialer, WebSocketOptions options, SessionOutput output)
      throws CommandFailure {
    try (WebSocketStream webSocket = dialer.open(options, new OnTop(Stages.TAP, this::tapped))) {
      output.opened(webSocket);
      LineSession session = new LineSession(webSocket, terminal, output, binary, onlyOne);
      if (pingSeconds > 0) {
        session.ping(Usage.seconds(spec, "--ping", pingSeconds));
      }
      try (OnSignal signal = OnSignal.run(session::leave)) {
        assert signal != null;
        return session.run();
      }
    }
  }

  private int talkOn(Dialer dialer, WebSocketOptions options, SessionOutput output)
      throws CommandFailure {
    ReconnectingSession session =
        new ReconnectingSession(
            dialer,
            dialer.client(options, new OnTop(Stages.TAP, this::tapped), null),
            terminal,
            output,
            binary,
            onlyOne);
    try (OnSignal signal = OnSignal.run(session::leave)) {
      assert signal != null;
      return session.run();
    }
  }

  private AsyncStream tapped(AsyncStream stream, Endpoint endpoint) {
    TlsStream secured = endpoint.secure() ? stream.layer(TlsStream.class) : null; // not a proxy's
    if (showHandshake && secured != null) {
      terminal.errWriter().println(ClientTls.describe(secured.session()));
    }
    return showHandshake || showFrames ? new WireTap(stream, EXCERPT_BYTES, new Shown()) : stream;
  }

  private WebSocketOptions options() throws IOException {
    WebSocketOptions options = side.options();
    if (pingSeconds == 0) {
      return options;
    }
    Duration interval = Usage.seconds(spec, "--ping", pingSeconds);
    return options.withTimeouts(
        reconnecting
            ? options.timeouts().withPing(interval, side.timeout())
            : options.timeouts().withIdle(interval.plus(side.timeout())));
  }

  /** Prints what the options ask for. */
  private final class Shown implements WireTap.Observer {
    private final PrintWriter err = terminal.errWriter();

    @Override
    public void head(boolean sent, String text) {
      if (showHandshake) {
        text.strip().lines().forEach(line -> err.println((sent ? "> " : "< ") + Usage.clean(line)));
      }
    }

    @Override
    public void frame(boolean sent, WireFrame frame) {
      if (showFrames) {
        err.println((sent ? "> " : "< ") + frame);
      }
    }

    @Override
    public void incompleteFrame(boolean sent, String description) {
      if (showFrames) {
        err.println((sent ? "> " : "< ") + "incomplete: " + description);
      }
    }
  }
}
