// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A handler of any kind that remembers how its operation ended, and counts its runs. */
public final class Result<T> implements IoHandler, Handler<T> {
  private final CancellationSignal signal = new CancellationSignal();
  private int runs;
  private @Nullable IOException error;
  private long bytes;
  private @Nullable T value;

  @Override
  public @Nullable Executor executor() {
    return null;
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return null;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  @Override
  public void completed(@Nullable IOException failure, long count) {
    runs++;
    error = failure;
    bytes = count;
  }

  @Override
  public void completed(@Nullable IOException failure, @Nullable T result) {
    value = result;
    completed(failure, 0L);
  }

  public void cancel(CancellationType type) {
    signal.emit(type);
  }

  public boolean isDone() {
    assertThat(runs).as("runs of the handler").isLessThan(2);
    return runs > 0;
  }

  public @Nullable IOException error() {
    assertThat(runs).as("runs of the handler").isEqualTo(1);
    return error;
  }

  public T value() {
    assertThat(error()).isNull();
    assertThat(value).isNotNull();
    return value;
  }

  public long moved() {
    assertThat(error()).isNull();
    return bytes;
  }

  public StreamException failed(StreamError expected) {
    assertThat(error()).isInstanceOf(StreamException.class);
    StreamException failure = (StreamException) error;
    assertThat(failure.error()).as("%s", failure.getMessage()).isEqualTo(expected);
    assertThat(value).as("result of what failed").isNull();
    assertThat(bytes).as("bytes of what failed").isZero();
    return failure;
  }
}
