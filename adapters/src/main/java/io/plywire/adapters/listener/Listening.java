// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.listener;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads a message, calls the listener, and reads the next one when that is done with it. */
final class Listening implements ControlCallback {
  private final CallbackWebSocket ws;
  private final WebSocketStream stream;
  private final WebSocketListener listener;
  private final ExecutorAdapter calls; // of the listener, one at a time
  private volatile @Nullable Throwable thrown; // by the listener
  private boolean over; // the last call has been made; known to the calls

  Listening(
      CallbackWebSocket ws, WebSocketStream stream, WebSocketListener listener, Executor executor) {
    this.ws = ws;
    this.stream = stream;
    this.listener = Objects.requireNonNull(listener, "listener");
    this.calls = new ExecutorAdapter(executor);
  }

  void begin() {
    stream.controlCallback(this);
    call(
        () -> {
          listener.onOpen(ws);
          return null;
        });
  }

  /** A method of the listener, after which reading goes on. */
  private interface Method {
    @Nullable CompletionStage<?> invoke();
  }

  private void call(Method method) {
    calls.execute(
        () -> {
          CompletionStage<?> stage;
          try {
            stage = method.invoke();
          } catch (Throwable e) {
            threw(e);
            return;
          }
          if (stage == null) {
            read();
          } else {
            stage.whenComplete(this::done);
          }
        });
  }

  private void done(@Nullable Object nothing, @Nullable Throwable error) {
    if (error == null) {
      read();
    } else {
      threw(error);
    }
  }

  /** The listener has lost track: the peer is told, and the listener when all is over. */
  private void threw(Throwable error) {
    thrown = error;
    try {
      stream.asyncClose(CloseReason.of(CloseCode.INTERNAL_ERROR), (failure, outcome) -> read());
    } catch (IllegalStateException e) { // somebody closes already, and may wait for the peer
      stream.abort();
      read();
    }
  }

  /** Reads the next message; after the end, finds out how it ended. */
  private void read() {
    try {
      stream.asyncRead(this::received);
    } catch (IllegalStateException e) { // the application reads, which it must not
      stream.abort();
      last(null, e);
    }
  }

  private void received(@Nullable IOException error, @Nullable Message message) {
    if (message == null) {
      CloseOutcome outcome = error instanceof WebSocketException known ? known.outcome() : null;
      last(outcome, Objects.requireNonNull(error));
    } else if (message.kind() == MessageKind.TEXT) {
      call(() -> listener.onMessage(ws, message.text()));
    } else {
      call(() -> listener.onMessage(ws, message.payload()));
    }
  }

  private void last(@Nullable CloseOutcome outcome, Exception error) {
    Throwable own = thrown;
    calls.execute(
        () -> {
          over = true;
          if (own != null) {
            listener.onFailure(ws, own);
          } else if (outcome != null && outcome.handshakeComplete()) {
            listener.onClose(ws, outcome);
          } else {
            listener.onFailure(ws, error);
          }
        });
  }

  @Override
  public void received(Kind kind, ByteBuffer payload) {
    if (kind != Kind.CLOSE || thrown != null) {
      return;
    }
    int code = payload.hasRemaining() ? payload.getShort() & 0xFFFF : CloseCode.NO_STATUS_RECEIVED;
    String reason = StandardCharsets.UTF_8.decode(payload).toString();
    calls.execute(
        () -> {
          if (over) {
            return;
          }
          try {
            listener.onClosing(ws, code, reason);
          } catch (Throwable e) {
            thrown = e; // the end is on its way
          }
        });
  }
}
