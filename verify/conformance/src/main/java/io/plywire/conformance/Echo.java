// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.stream.IoHandler;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sends every message back as it came, until the WebSocket ends: all that the suite asks of a peer,
 * in both roles. Runs on the executor of the stream.
 *
 * <p>It reads whole messages. That invalid text is refused at its first impossible byte, within a
 * message and within a frame, is up to the stream.
 */
final class Echo {
  private final WebSocketStream webSocket;
  private final MessageBuffer message = new MessageBuffer(0);
  private final Runnable atEnd;
  private final IoHandler afterRead = this::afterRead;
  private final IoHandler afterWrite = this::afterWrite;

  private Echo(WebSocketStream webSocket, Runnable atEnd) {
    this.webSocket = webSocket;
    this.atEnd = atEnd;
  }

  /**
   * Starts to echo.
   *
   * @param webSocket open
   * @param atEnd run when the connection has ended, whatever way
   */
  static void start(WebSocketStream webSocket, Runnable atEnd) {
    new Echo(webSocket, atEnd).read();
  }

  private void read() {
    message.clear();
    webSocket.asyncRead(message, afterRead);
  }

  private void afterRead(@Nullable IOException error, long bytes) {
    if (error != null) {
      atEnd.run();
      return;
    }
    webSocket.asyncWrite(webSocket.receivedKind(), message, afterWrite);
  }

  private void afterWrite(@Nullable IOException error, long bytes) {
    read(); // which tells how the connection ended, if that is why the write failed
  }
}
