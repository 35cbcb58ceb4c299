// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.stream.Handler;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends: one part of a message at a time, one ping or pong beside it, and a close frame when those
 * that are pending have gone.
 */
final class Output {
  /** What the contract forbids to send, among the codes that the protocol would allow. */
  private static final Set<Integer> ILLEGAL =
      Set.of(1002, 1003, 1006, 1007, 1009, 1010, 1012, 1013, 1015);

  private static final int MAX_CONTROL_PAYLOAD = 125;

  /** How a ping or a pong is sent. */
  interface ControlWrite {
    void start(ByteBuffer payload, Handler<Void> handler);
  }

  private final StreamSocket socket;
  private final WebSocketStream stream;

  private final ReentrantLock lock = new ReentrantLock(); // of all below
  private boolean dataPending;
  private boolean controlPending;
  private @Nullable MessageKind open; // the kind of a message whose last part was not sent
  private @Nullable CloseFrame waiting; // for what is pending
  private volatile boolean closed;

  /** A close frame that is to be sent, and who wants to know. */
  private record CloseFrame(CloseReason reason, @Nullable CompletableFuture<WebSocket> sent) {}

  Output(StreamSocket socket, WebSocketStream stream) {
    this.socket = socket;
    this.stream = stream;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  // ---- messages

  CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(data));
    } catch (CharacterCodingException e) {
      IllegalStateException refused = refusal(MessageKind.TEXT);
      return refused != null
          ? CompletableFuture.failedFuture(refused)
          : CompletableFuture.failedFuture(
              new IOException("the text has a surrogate without its partner", e));
    }
    return send(MessageKind.TEXT, bytes, last);
  }

  CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
    return send(MessageKind.BINARY, data, last);
  }

  private CompletableFuture<WebSocket> send(MessageKind kind, ByteBuffer bytes, boolean last) {
    lock.lock();
    try {
      IllegalStateException refused = refusal(kind);
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      if (closed) {
        return CompletableFuture.failedFuture(outputClosed());
      }
      dataPending = true;
      open = last ? null : kind;
    } finally {
      lock.unlock();
    }
    CompletableFuture<WebSocket> sent = new CompletableFuture<>();
    stream.writeKind(kind);
    stream.asyncWriteSome(
        last,
        bytes,
        (error, count) -> {
          sent(true);
          complete(sent, error);
        });
    return sent;
  }

  private @Nullable IllegalStateException refusal(MessageKind kind) {
    lock.lock();
    try {
      if (dataPending) {
        return new IllegalStateException("a text or binary send is pending");
      }
      if (open != null && open != kind) {
        return new IllegalStateException("a message of the other kind was begun and not completed");
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  // ---- pings and pongs

  CompletableFuture<WebSocket> sendControl(ByteBuffer message, ControlWrite write) {
    if (message.remaining() > MAX_CONTROL_PAYLOAD) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "message of " + message.remaining() + " bytes exceeds limit " + MAX_CONTROL_PAYLOAD));
    }
    lock.lock();
    try {
      if (controlPending) {
        return CompletableFuture.failedFuture(
            new IllegalStateException("a ping or pong send is pending"));
      }
      if (closed) {
        return CompletableFuture.failedFuture(outputClosed());
      }
      controlPending = true;
    } finally {
      lock.unlock();
    }
    CompletableFuture<WebSocket> sent = new CompletableFuture<>();
    write.start(
        message,
        (error, nothing) -> {
          if (error == null) {
            message.position(message.limit());
          }
          sent(false);
          complete(sent, error);
        });
    return sent;
  }

  // ---- the end

  CompletableFuture<WebSocket> sendClose(int code, String text) {
    CloseReason reason;
    try {
      if (code < CloseCode.NORMAL_CLOSURE || ILLEGAL.contains(code)) {
        throw new IllegalArgumentException("status code " + code + " is illegal");
      }
      reason = new CloseReason(code, text);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<WebSocket> sent = new CompletableFuture<>();
    if (!sendClose(new CloseFrame(reason, sent))) {
      return CompletableFuture.failedFuture(outputClosed());
    }
    return sent;
  }

  /** Answers the peer's close frame, unless the application has. */
  void reply(int received) {
    boolean answerable = CloseCode.isAllowedInFrame(received);
    sendClose(new CloseFrame(answerable ? CloseReason.of(received) : CloseReason.NORMAL, null));
  }

  private boolean sendClose(CloseFrame frame) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      if (dataPending || controlPending) {
        waiting = frame;
        return true;
      }
    } finally {
      lock.unlock();
    }
    start(frame);
    return true;
  }

  private void start(CloseFrame frame) {
    stream.asyncCloseOutput(
        frame.reason(),
        (error, nothing) -> {
          if (frame.sent() != null) {
            complete(frame.sent(), error);
          }
        });
  }

  /** Something that was pending has gone, or has failed. */
  private void sent(boolean data) {
    CloseFrame next = null;
    lock.lock();
    try {
      if (data) {
        dataPending = false;
      } else {
        controlPending = false;
      }
      if (!dataPending && !controlPending) {
        next = waiting;
        waiting = null;
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      start(next);
    }
  }

  private void complete(CompletableFuture<WebSocket> sent, @Nullable IOException error) {
    if (error == null) {
      socket.complete(() -> sent.complete(socket));
      return;
    }
    socket.complete(() -> sent.completeExceptionally(error));
    if (stream.closeOutcome() != null) {
      socket.fail(error); // no read may be there to notice
    }
  }

  private static IOException outputClosed() {
    return new IOException("the output is closed");
  }
}
