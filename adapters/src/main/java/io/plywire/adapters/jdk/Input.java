// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Receives what was requested and no more, and hands it to the listener, one call at a time.
 *
 * <p>There is never more than one call on its way, and while there is, nothing is read: a control
 * frame, which comes within a read, therefore ends that read. So the peer feels the back-pressure
 * of everything but the part that a slow listener is at.
 *
 * <p>Everything but the counter belongs to the executor of the stream.
 */
final class Input implements ControlCallback {
  private static final int PART_BYTES = 16 << 10;

  private final StreamSocket socket;
  private final WebSocketStream stream;
  private final AtomicLong requested = new AtomicLong();
  private volatile boolean closed;

  private final CancellationSignal pause = new CancellationSignal();
  private final IoHandler received = IoHandler.bindCancellationSlot(pause.slot(), this::received);
  private final TextParts text = new TextParts();
  private @Nullable ByteBuffer room; // made for the first part
  private boolean reading;
  private boolean calling;

  Input(StreamSocket socket, WebSocketStream stream) {
    this.socket = socket;
    this.stream = stream;
  }

  void request(long n) {
    if (n <= 0) {
      throw new IllegalArgumentException("request of " + n + " invocations is not positive");
    }
    requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    stream.executor().execute(this::readOn);
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  private void readOn() {
    if (reading || calling || closed || requested.get() == 0) {
      return;
    }
    if (room == null) {
      room = ByteBuffer.allocate(PART_BYTES);
    }
    reading = true;
    stream.asyncReadSome(room.clear(), received);
  }

  private void received(@Nullable IOException error, long bytes) {
    reading = false;
    if (error == null) {
      part(Objects.requireNonNull(room).flip(), stream.receivedMessageDone());
    } else if (stream.closeOutcome() == null && isAborted(error)) {
      readOn(); // a control frame has ended the read
    } else if (!closed && isEof(error)) {
      // As the JDK has it: what ends without a close frame is told as if there had been one.
      closeReceived(CloseCode.ABNORMAL_CLOSURE, "");
    } else if (!closed) {
      socket.fail(error);
    }
  }

  private static boolean isAborted(IOException error) {
    return error instanceof OperationException known && known.condition() == ErrorCondition.ABORTED;
  }

  private static boolean isEof(IOException error) {
    return error instanceof StreamException known && known.error() == StreamError.EOF;
  }

  private void part(ByteBuffer bytes, boolean last) {
    WebSocket.Listener listener = socket.listener();
    if (stream.receivedKind() == MessageKind.BINARY) {
      ByteBuffer part = copy(bytes);
      call(() -> listener.onBinary(socket, part, last));
      return;
    }
    String part = text.take(bytes, last);
    if (part.isEmpty() && !last) {
      readOn(); // not even one character is complete
    } else {
      call(() -> listener.onText(socket, part, last));
    }
  }

  /** The listener may keep it until its stage completes, so it gets memory of its own. */
  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  // ---- control frames, which come within a read

  @Override
  public void received(Kind kind, ByteBuffer payload) {
    if (closed) {
      return;
    }
    WebSocket.Listener listener = socket.listener();
    ByteBuffer message = copy(payload);
    switch (kind) {
      case PING -> pauseFor(() -> listener.onPing(socket, message));
      case PONG -> pauseFor(() -> listener.onPong(socket, message));
      case CLOSE -> {
        int code =
            message.hasRemaining() ? message.getShort() & 0xFFFF : CloseCode.NO_STATUS_RECEIVED;
        closeReceived(code, StandardCharsets.UTF_8.decode(message).toString());
      }
    }
  }

  private void pauseFor(ReceiveMethod method) {
    call(method);
    pause.emit(CancellationType.TOTAL);
  }

  private void closeReceived(int code, String reason) {
    closed = true;
    if (socket.takeLastCall()) {
      call(
          () -> {
            CompletionStage<?> closing = socket.listener().onClose(socket, code, reason);
            whenDone(closing, () -> socket.output().reply(code));
            return null;
          });
    }
  }

  // ---- the listener

  /** A method of the listener that is requested. */
  private interface ReceiveMethod {
    @Nullable CompletionStage<?> invoke();
  }

  private void call(ReceiveMethod method) {
    calling = true;
    requested.decrementAndGet();
    socket.call(
        () -> whenDone(method.invoke(), () -> {}),
        () -> {
          calling = false;
          readOn();
        });
  }

  private void whenDone(@Nullable CompletionStage<?> stage, Runnable then) {
    if (stage == null) {
      then.run();
      return;
    }
    stage.whenComplete(
        (nothing, error) -> {
          if (error == null) {
            then.run();
          } else {
            socket.fail(error);
          }
        });
  }
}
