// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows messages as lines, and little else. */
final class LineOutput implements SessionOutput {
  private final PrintStream out;
  private final PrintWriter err;
  private final boolean rawBinary;
  private final boolean tellsDeflate;

  LineOutput(Terminal terminal, boolean rawBinary, boolean tellsDeflate) {
    this.out = terminal.out();
    this.err = terminal.errWriter();
    this.rawBinary = rawBinary;
    this.tellsDeflate = tellsDeflate;
  }

  @Override
  public void opened(WebSocketStream webSocket) {
    if (tellsDeflate) {
      err.println(Deflate.describe(webSocket.deflate()));
    }
  }

  @Override
  public void message(MessageKind kind, byte[] payload) {
    if (kind == MessageKind.TEXT) {
      out.write(payload, 0, payload.length);
      out.write('\n');
    } else if (rawBinary) {
      out.write(payload, 0, payload.length);
    } else {
      byte[] line =
          ("binary: " + HexFormat.of().formatHex(payload) + "\n")
              .getBytes(StandardCharsets.US_ASCII);
      out.write(line, 0, line.length);
    }
  }

  @Override
  public void control(ControlCallback.Kind kind, byte[] payload, @Nullable Double roundTripMillis) {
    if (roundTripMillis != null) {
      err.println(String.format(Locale.ROOT, "pong after %.3f ms", roundTripMillis));
    }
  }

  @Override
  public void waiting(ReconnectorState state, String why) {
    err.println(
        String.format(Locale.ROOT, "%s; again in %.1f s", why, state.delay().toMillis() / 1000.0));
  }

  @Override
  public void ended(CloseOutcome outcome, boolean byServer) {
    CloseReason said = outcome.received();
    if (byServer
        && said != null
        && outcome.cause() == null
        && ExitCode.ofCloseCode(said.code()) == ExitCode.OK) {
      err.println("closed by the server: " + OneLine.of(said.toString()));
    }
  }

  @Override
  public void failed(CommandFailure failure) {} // told at the end of every command

  @Override
  public boolean isGone() {
    return out.checkError(); // which flushes
  }
}
