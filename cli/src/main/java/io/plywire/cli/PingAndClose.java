// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.Durations;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Asks an open WebSocket for a sign of life, and says goodbye. Messages are counted only. */
final class PingAndClose {
  private final WebSocketStream webSocket;
  private final Duration timeout;
  private final CompletableFuture<Long> pong = new CompletableFuture<>(); // nanoseconds
  private final CompletableFuture<IOException> end = new CompletableFuture<>();
  private final AtomicInteger messages = new AtomicInteger();

  PingAndClose(WebSocketStream webSocket, Duration timeout) {
    this.webSocket = webSocket;
    this.timeout = timeout;
    long begun = System.nanoTime();
    ByteBuffer payload = ByteBuffer.allocate(Long.BYTES).putLong(begun).flip();
    webSocket.controlCallback(
        (kind, bytes) -> {
          if (kind == ControlCallback.Kind.PONG && bytes.equals(payload)) {
            pong.complete(System.nanoTime() - begun);
          }
        });
    webSocket.executor().execute(() -> webSocket.asyncRead(this::received));
    webSocket.asyncPing(payload.duplicate(), (error, nothing) -> {});
  }

  private void received(@Nullable IOException error, @Nullable Message message) {
    if (error == null) {
      messages.incrementAndGet();
      webSocket.asyncRead(this::received);
    } else {
      end.complete(error);
      pong.completeExceptionally(error);
    }
  }

  /** Returns how many messages have come so far. */
  int messages() {
    return messages.get();
  }

  /**
   * Waits for the pong.
   *
   * @return how long it took
   * @throws CommandFailure if none came in time, or the connection has ended
   */
  Duration pong() throws CommandFailure, InterruptedException {
    try {
      return Duration.ofNanos(pong.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new CommandFailure(
          ExitCode.TIMEOUT,
          "no pong within " + Durations.text(timeout),
          "every WebSocket answers pings: check that what is between passes frames on",
          e);
    } catch (ExecutionException e) {
      throw early(Objects.requireNonNull(e.getCause()));
    }
  }

  private CommandFailure early(Throwable error) {
    CloseOutcome outcome = webSocket.closeOutcome();
    CloseReason said = outcome == null ? null : outcome.received();
    if (said != null) {
      return new CommandFailure(
          ExitCode.CLOSED_WITH_ERROR,
          "the server has closed at once: " + said,
          "its reason and its log tell why",
          error);
    }
    Throwable cause = outcome != null && outcome.cause() != null ? outcome.cause() : error;
    int exitCode = cause instanceof IOException failure ? ExitCode.of(failure) : ExitCode.FAILED;
    return new CommandFailure(
        exitCode, "the connection has ended: " + OneLine.of(cause), "", cause);
  }

  /**
   * Closes and waits for the end.
   *
   * @return how it ended
   * @throws CommandFailure if the server did not answer the close
   */
  CloseOutcome close() throws CommandFailure, InterruptedException {
    CompletableFuture<CloseOutcome> closed = new CompletableFuture<>();
    webSocket.asyncClose(
        CloseReason.NORMAL,
        (error, outcome) -> {
          if (outcome != null) {
            closed.complete(outcome);
          } else {
            closed.completeExceptionally(error);
          }
        });
    CloseOutcome outcome;
    try {
      outcome = closed.get(); // its deadline is one of the options
    } catch (ExecutionException e) {
      throw unanswered(Objects.requireNonNull(e.getCause()));
    }
    if (!outcome.handshakeComplete()) {
      throw unanswered(outcome.cause() == null ? new IOException("no answer") : outcome.cause());
    }
    return outcome;
  }

  private static CommandFailure unanswered(Throwable error) {
    int exitCode = error instanceof IOException failure ? ExitCode.of(failure) : ExitCode.FAILED;
    return new CommandFailure(
        exitCode,
        OneLine.of(error),
        "the server does not answer a close; clients wait for it until their deadline",
        error);
  }
}
