// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.IoHandler;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends every message back as it came: read, write, read, until the WebSocket ends.
 *
 * <p>Its memory is borrowed from the loop and only while there is a message, so that ten thousand
 * idle connections cost no more than their objects. Everything runs on the executor of the stream.
 */
final class EchoConnection {
  private final WebSocketStream webSocket;
  private final MessageBuffer message;
  private final IoHandler afterRead = this::afterRead;
  private final IoHandler afterWrite = this::afterWrite;

  /**
   * Makes an echo that waits for {@link #start}.
   *
   * @param webSocket open
   * @param maxBytes the longest message; the options of the stream should say the same
   */
  EchoConnection(WebSocketStream webSocket, int maxBytes) {
    this.webSocket = webSocket;
    this.message = MessageBuffer.borrowing(webSocket.executor().buffers(), maxBytes);
  }

  void start() {
    webSocket.asyncRead(message, afterRead);
  }

  private void afterRead(@Nullable IOException error, long bytes) {
    if (error != null) {
      message.clear();
      return;
    }
    webSocket.asyncWrite(webSocket.receivedKind(), message, afterWrite);
  }

  private void afterWrite(@Nullable IOException error, long bytes) {
    message.clear();
    // After a close of ours the write fails and the read hears how the connection ended.
    webSocket.asyncRead(message, afterRead);
  }
}
