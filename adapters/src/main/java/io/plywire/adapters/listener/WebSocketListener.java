// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.listener;

import io.plywire.websocket.CloseOutcome;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens on a {@link CallbackWebSocket}.
 *
 * <pre>
 *   onOpen onMessage* (onClosing? onClose | onFailure)
 * </pre>
 *
 * <p>For one WebSocket the methods run one at a time, on the executor of its {@link
 * ListenerOptions}, where they may block. The next message is read when {@code onMessage} has
 * returned and its stage, if it returned one, has completed; so a listener that is slow slows its
 * peer down, and none is ever flooded.
 *
 * <p>A method that throws, or a stage that completes exceptionally, closes the WebSocket with
 * {@link io.plywire.websocket.CloseCode#INTERNAL_ERROR}; the exception comes to {@code onFailure}
 * when that has ended.
 */
public interface WebSocketListener {
  /**
   * The WebSocket is open; nothing has been read yet.
   *
   * @param ws what to send with; keep it, or make one listener for each WebSocket
   */
  default void onOpen(CallbackWebSocket ws) {}

  /**
   * A text has come.
   *
   * @param ws where
   * @param text all of it
   * @return when the next one may come; null for at once
   */
  default @Nullable CompletionStage<?> onMessage(CallbackWebSocket ws, String text) {
    return null;
  }

  /**
   * A binary message has come.
   *
   * @param ws where
   * @param bytes all of it, from position to limit; the listener's to keep
   * @return when the next one may come; null for at once
   */
  default @Nullable CompletionStage<?> onMessage(CallbackWebSocket ws, ByteBuffer bytes) {
    return null;
  }

  /**
   * The peer says that it is closing, or answers our close. Its close frame is answered by itself.
   *
   * @param ws where
   * @param code the peer's code, 1005 if it gave none
   * @param reason its reason; may be empty
   */
  default void onClosing(CallbackWebSocket ws, int code, String reason) {}

  /**
   * The WebSocket has ended in order. The last call.
   *
   * @param ws where
   * @param outcome who said what, and who began
   */
  default void onClose(CallbackWebSocket ws, CloseOutcome outcome) {}

  /**
   * The WebSocket has ended in any other way. The last call.
   *
   * @param ws where
   * @param error an {@link java.io.IOException}, or what a method of this listener has thrown
   */
  default void onFailure(CallbackWebSocket ws, Throwable error) {}
}
