// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A handler that remembers what it was told, and that it was told once. */
final class Outcome<T> implements IoHandler, Handler<T> {
  static final long SECONDS = 30;

  private final AtomicInteger calls = new AtomicInteger();
  private final CompletableFuture<Outcome<T>> told = new CompletableFuture<>();
  private final CancellationSignal signal = new CancellationSignal();
  private boolean inline;
  private @Nullable Executor executor;
  private Runnable then = () -> {};
  volatile @Nullable IOException error;
  volatile @Nullable T result;
  volatile long bytes;
  volatile @Nullable Thread thread;

  /** Has completions within the initiating call run there. */
  Outcome<T> inline() {
    inline = true;
    return this;
  }

  Outcome<T> on(Executor where) {
    executor = where;
    return this;
  }

  /** Runs something in the handler. */
  Outcome<T> then(Runnable what) {
    then = what;
    return this;
  }

  @Override
  public void completed(@Nullable IOException failure, long count) {
    bytes = count;
    told(failure);
  }

  @Override
  public void completed(@Nullable IOException failure, @Nullable T value) {
    result = value;
    told(failure);
  }

  private void told(@Nullable IOException failure) {
    error = failure;
    thread = Thread.currentThread();
    try {
      then.run();
    } finally {
      if (calls.incrementAndGet() == 1) {
        told.complete(this);
      }
    }
  }

  @Override
  public @Nullable Executor executor() {
    return executor;
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return inline ? InlineExecutor.instance() : null;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  void cancel(CancellationType type) {
    signal.emit(type);
  }

  boolean isDone() {
    return calls.get() > 0;
  }

  /** Waits until the handler was told, and checks that it was told once. */
  Outcome<T> await() {
    try {
      told.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the handler was not called", e);
    }
    assertThat(calls).as("calls of the handler").hasValue(1);
    return this;
  }

  long awaitBytes() {
    await();
    assertThat(error).isNull();
    return bytes;
  }

  T awaitResult() {
    await();
    assertThat(error).isNull();
    return result;
  }

  StreamException awaitError(StreamError expected) {
    await();
    assertThat(error).isInstanceOf(StreamException.class);
    StreamException failure = (StreamException) error;
    assertThat(failure.error()).as(failure.toString()).isEqualTo(expected);
    assertThat(failure.getStackTrace()).isEmpty();
    return failure;
  }

  void awaitCancelled(CancellationType type) {
    assertThat(awaitError(StreamError.ABORTED).cancellation()).isEqualTo(type);
  }
}
