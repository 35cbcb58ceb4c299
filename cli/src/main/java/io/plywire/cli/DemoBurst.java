// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends a short message, waits for its echo, and again, for a while. */
final class DemoBurst {
  private final WebSocketStream webSocket;
  private final ByteBuffer text;
  private final MessageBuffer echo;
  private final long nanos;
  private final CompletableFuture<Long> ended = new CompletableFuture<>();
  private long begin;

  DemoBurst(WebSocketStream webSocket, int messageBytes, Duration duration) {
    this.webSocket = webSocket;
    this.text = ByteBuffer.allocateDirect(messageBytes);
    while (text.hasRemaining()) {
      text.put((byte) 'x');
    }
    this.echo = new MessageBuffer(messageBytes);
    this.nanos = duration.toNanos();
  }

  /** Starts; on the executor of the stream. */
  void start() {
    begin = System.nanoTime();
    next();
  }

  /** Returns what tells in the end how long it took, in nanoseconds. */
  CompletableFuture<Long> ended() {
    return ended;
  }

  private void next() {
    webSocket.asyncWrite(MessageKind.TEXT, text.clear(), this::written);
  }

  private void written(@Nullable IOException error, long bytes) {
    if (error != null) {
      ended.completeExceptionally(error);
    } else {
      echo.clear();
      webSocket.asyncRead(echo, this::echoed);
    }
  }

  private void echoed(@Nullable IOException error, long bytes) {
    long took = System.nanoTime() - begin;
    if (error != null) {
      ended.completeExceptionally(error);
    } else if (took >= nanos) {
      ended.complete(took);
    } else {
      next();
    }
  }
}
