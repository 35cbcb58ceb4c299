// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import io.plywire.stream.StreamExecutor.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Asks an operation to end when its time is over, and lets its handler know that this is why. */
final class TimedCall<T> implements Handler<T>, CancellationSlot.Cancellable {
  private final StreamExecutor executor;
  private final Duration timeout;
  private final Handler<T> handler;
  private final CancellationSignal signal = new CancellationSignal();
  private volatile @Nullable Timer timer;
  private volatile boolean expired;
  private volatile boolean done;

  private TimedCall(StreamExecutor executor, Duration timeout, Handler<T> handler) {
    this.executor = executor;
    this.timeout = timeout;
    this.handler = handler;
  }

  /** Limits an operation. */
  static <T> Initiation<T> within(Duration timeout, Initiation<T> operation) {
    StreamExecutor executor = operation.executor();
    return Initiation.of(
        executor, handler -> new TimedCall<>(executor, timeout, handler).start(operation));
  }

  /** Checks a limit. */
  static Duration requirePositive(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout " + Durations.text(timeout) + " is not positive");
    }
    return timeout;
  }

  private void start(Initiation<T> operation) {
    CancellationSlot slot = handler.cancellationSlot();
    slot.assign(this, 0);
    try {
      operation.start(this);
    } catch (RuntimeException e) {
      slot.clear();
      throw e;
    }
    if (!done) {
      timer = executor.schedule(timeout, this::expire);
      if (done) {
        stop();
      }
    }
  }

  private void expire() {
    expired = true;
    signal.end();
  }

  private void stop() {
    Timer running = timer;
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable T result) {
    done = true;
    stop();
    handler.cancellationSlot().clear();
    boolean late =
        expired
            && error instanceof OperationException failure
            && failure.condition() == ErrorCondition.ABORTED;
    handler.completed(late ? timedOut(Objects.requireNonNull(error)) : error, result);
  }

  private IOException timedOut(IOException error) {
    return new StreamException(
        StreamError.TIMEOUT,
        "not done within " + Durations.text(timeout) + ": " + error.getMessage(),
        error);
  }

  @Override
  public void cancel(long id, CancellationType type) {
    signal.emit(type);
  }

  @Override
  public @Nullable Executor executor() {
    return handler.executor();
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return handler.immediateExecutor();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }
}
