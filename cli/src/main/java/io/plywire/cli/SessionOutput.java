// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.ReconnectorState;
import org.jspecify.annotations.Nullable;

/** Where a {@link LineSession} shows what happens. */
interface SessionOutput {
  /** The WebSocket is open. */
  void opened(WebSocketStream webSocket);

  /** A message has come. On the loop. */
  void message(MessageKind kind, byte[] payload);

  /**
   * A control frame has come. On the loop.
   *
   * @param roundTripMillis for the pong to a ping of ours, otherwise null
   */
  void control(ControlCallback.Kind kind, byte[] payload, @Nullable Double roundTripMillis);

  /** There is no connection, and another attempt will be made. On the loop. */
  void waiting(ReconnectorState state, String why);

  /** It has ended, however that came. */
  void ended(CloseOutcome outcome, boolean byServer);

  /** It has failed, before or after it was open. */
  void failed(CommandFailure failure);

  /** Returns whether whoever read the output has gone. */
  boolean isGone();
}
