// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes a message in parts and pings beside it: two chains of handlers on the executor of the
 * stream. A ping follows each pong while the message is under way. The last part waits for the
 * first pong, as it would for an application that is still producing its message; so an answer that
 * comes at all comes within the message.
 */
final class DemoWrite implements ControlCallback {
  private final WebSocketStream webSocket;
  private final ByteBuffer message;
  private final int parts;
  private final CompletableFuture<Void> written = new CompletableFuture<>();
  private int partsStarted;
  private boolean waitingForPong;
  private boolean pingOnItsWay;
  private int pings;
  private int pongs;

  DemoWrite(WebSocketStream webSocket, ByteBuffer message, int parts) {
    this.webSocket = webSocket;
    this.message = message;
    this.parts = parts;
  }

  /** Starts; on the executor of the stream, with a read outstanding. */
  void start() {
    webSocket.controlCallback(this);
    nextPart();
    nextPing();
  }

  /** Returns what is done when the last part is with the next layer, or when something failed. */
  CompletableFuture<Void> written() {
    return written;
  }

  private boolean isLast() {
    return partsStarted == parts - 1;
  }

  private void nextPart() {
    if (partsStarted == parts) {
      written.complete(null);
      return;
    }
    if (isLast() && pongs == 0) {
      waitingForPong = true;
      return;
    }
    int from = (int) ((long) message.limit() * partsStarted / parts);
    int to = (int) ((long) message.limit() * (partsStarted + 1) / parts);
    boolean fin = isLast();
    partsStarted++;
    webSocket.asyncWriteSome(fin, message.slice(from, to - from), this::partWritten);
  }

  private void partWritten(@Nullable IOException error, long bytes) {
    if (error != null) {
      written.completeExceptionally(error);
    } else {
      nextPart();
    }
  }

  private void nextPing() {
    if (!pingOnItsWay && pings == pongs && partsStarted < parts) {
      pingOnItsWay = true;
      pings++;
      ByteBuffer payload = ByteBuffer.allocate(Integer.BYTES).putInt(pings).flip();
      webSocket.asyncPing(payload, this::pinged);
    }
  }

  private void pinged(@Nullable IOException error, @Nullable Void nothing) {
    pingOnItsWay = false;
    if (error != null) {
      written.completeExceptionally(error);
    } else {
      nextPing(); // its pong may have been faster than this
    }
  }

  @Override
  public void received(Kind kind, ByteBuffer payload) {
    if (kind != Kind.PONG) {
      return;
    }
    pongs++;
    nextPing();
    if (waitingForPong) {
      waitingForPong = false;
      nextPart();
    }
  }
}
