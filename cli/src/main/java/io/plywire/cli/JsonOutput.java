// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.OperationException;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows each event as an object of JSON on a line of its own, in UTF-8. */
final class JsonOutput implements SessionOutput {
  private final PrintStream out;
  private final String url;
  private final Supplier<@Nullable ConnectReport> report;

  JsonOutput(Terminal terminal, String url, Supplier<@Nullable ConnectReport> report) {
    this.out = terminal.out();
    this.url = url;
    this.report = report;
  }

  @Override
  public void opened(WebSocketStream webSocket) {
    PeerAddress known = webSocket.nextLayer().layer(PeerAddress.class);
    ConnectReport told = report.get();
    print(
        new Json()
            .with("event", "opened")
            .with("url", url)
            .with("address", known == null ? null : Stages.address(known.remoteAddress()))
            .with("subprotocol", webSocket.subprotocol())
            .with(
                "extensions",
                webSocket.deflate() == null ? List.of() : List.of("permessage-deflate"))
            .with("took_ms", told == null ? null : Stages.millis(told.took())));
  }

  @Override
  public void message(MessageKind kind, byte[] payload) {
    Json event = new Json().with("event", "message");
    if (kind == MessageKind.TEXT) {
      print(event.with("kind", "text").with("text", new String(payload, StandardCharsets.UTF_8)));
    } else {
      print(event.with("kind", "binary").with("base64", base64(payload)));
    }
  }

  @Override
  public void control(ControlCallback.Kind kind, byte[] payload, @Nullable Double roundTripMillis) {
    if (kind == ControlCallback.Kind.CLOSE) {
      return; // told with what came of it
    }
    Json event =
        new Json()
            .with("event", kind.name().toLowerCase(Locale.ROOT))
            .with("base64", base64(payload));
    print(roundTripMillis == null ? event : event.with("round_trip_ms", roundTripMillis));
  }

  @Override
  public void waiting(ReconnectorState state, String why) {
    print(
        new Json()
            .with("event", "waiting")
            .with("attempt", state.attempt())
            .with("in_ms", state.delay().toMillis())
            .with("why", why));
  }

  @Override
  public void ended(CloseOutcome outcome, boolean byServer) {
    print(
        new Json()
            .with("event", "close")
            .with("code", outcome.code())
            .with("reason", outcome.reason())
            .with("by", outcome.initiator() == null ? null : byServer ? "server" : "client")
            .with("clean", outcome.handshakeComplete()));
  }

  @Override
  public void failed(CommandFailure failure) {
    Throwable cause = failure.getCause();
    ConnectReport steps = cause == null ? null : ConnectReport.of(cause);
    UpgradeResponse response =
        cause instanceof WebSocketException refused ? refused.response() : null;
    print(
        new Json()
            .with("event", "error")
            .with("exit_code", failure.exitCode())
            .with("condition", condition(cause))
            .with("message", failure.getMessage())
            .with("stage", steps == null ? null : Stages.failed(steps))
            .with("status", response == null ? null : response.status())
            .with("steps", steps == null ? List.of() : Stages.json(steps)));
  }

  static String condition(@Nullable Throwable cause) {
    return cause instanceof OperationException known ? known.condition().name() : "OTHER";
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A program may wait for the line, so none is held back. */
  private void print(Json event) {
    byte[] line = (event + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      out.write(line, 0, line.length);
      out.flush();
    }
  }

  @Override
  public boolean isGone() {
    return out.checkError();
  }
}
