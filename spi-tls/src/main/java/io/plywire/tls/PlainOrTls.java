// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a port for both: finds out what the client speaks, then shakes hands if it
 * is TLS. Both together may take as long as a handshake.
 */
final class PlainOrTls implements CancellationSlot.Cancellable {
  private final AsyncStream next;
  private final StreamExecutor executor;
  private final TlsContext context;
  private final Duration timeout;
  private final Handler<? super AsyncStream> handler;
  private final CancellationSignal stage = new CancellationSignal();
  private final long begun;
  private volatile @Nullable CancellationType cancelled;

  PlainOrTls(AsyncStream next, TlsContext context, Handler<? super AsyncStream> handler) {
    this.next = next;
    this.executor = next.executor();
    this.context = context;
    this.timeout = context.config().handshakeTimeout();
    this.handler = Objects.requireNonNull(handler, "handler");
    this.begun = executor.nanoTime();
  }

  void start() {
    handler.cancellationSlot().assign(this, 0);
    TlsDetector.asyncDetect(next, timeout, new Stage<TlsDetector.Detected>(this::detected));
    passCancellationOn();
  }

  private void detected(TlsDetector.Detected found) {
    if (!found.tls()) {
      finish(null, found.stream());
      return;
    }
    try {
      TlsStream.asyncHandshake(
          found.stream(),
          context.newEngine(null, -1),
          timeLeft(),
          new Stage<TlsStream>(stream -> finish(null, stream)));
    } catch (RuntimeException e) {
      next.close();
      finish(new TlsException(TlsError.ENGINE, "the TLS engine cannot be set up: " + e, e), null);
      return;
    }
    passCancellationOn();
  }

  /** Returns what the detection has left of the time; zero means no limit, so never that. */
  private Duration timeLeft() {
    if (timeout.isZero()) {
      return timeout;
    }
    Duration left = timeout.minusNanos(executor.nanoTime() - begun);
    return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
  }

  private void finish(@Nullable IOException error, @Nullable AsyncStream result) {
    handler.cancellationSlot().clear();
    Completions.later(handler, executor, error, result);
  }

  @Override
  public void cancel(long id, CancellationType type) {
    cancelled = type;
    passCancellationOn();
  }

  /** A request may have come between the stages. */
  private void passCancellationOn() {
    CancellationType type = cancelled;
    if (type != null) {
      stage.emit(type);
    }
  }

  /** What a stage that succeeds leads to. */
  @FunctionalInterface
  private interface Then<T> {
    void accept(T value);
  }

  private final class Stage<T> implements Handler<T> {
    private final Then<T> then;

    Stage(Then<T> then) {
      this.then = then;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return stage.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable T value) {
      if (error != null) {
        finish(error, null);
      } else {
        then.accept(Objects.requireNonNull(value));
      }
    }
  }
}
