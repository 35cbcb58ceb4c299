// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

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
final class Result<T> implements IoHandler, Handler<T> {
  private final String name;
  private final CancellationSignal signal = new CancellationSignal();
  private @Nullable Executor immediate;
  private int runs;
  private @Nullable IOException error;
  private long bytes;
  private @Nullable T value;
  private @Nullable Runnable then;

  Result(String name) {
    this.name = name;
  }

  Result<T> immediate(Executor executor) {
    immediate = executor;
    return this;
  }

  /** Runs something when the operation has ended. */
  Result<T> then(Runnable next) {
    then = next;
    return this;
  }

  @Override
  public @Nullable Executor executor() {
    return null;
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return immediate;
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
    if (then != null) {
      then.run();
    }
  }

  @Override
  public void completed(@Nullable IOException failure, @Nullable T result) {
    value = result;
    completed(failure, 0L);
  }

  void cancel(CancellationType type) {
    signal.emit(type);
  }

  int runs() {
    return runs;
  }

  boolean isDone() {
    return runs > 0;
  }

  @Nullable IOException error() {
    assertThat(runs).as("runs of the handler of %s", name).isEqualTo(1);
    return error;
  }

  long bytes() {
    assertThat(runs).as("runs of the handler of %s", name).isEqualTo(1);
    return bytes;
  }

  T value() {
    assertThat(error()).as("error of %s", name).isNull();
    assertThat(value).as("result of %s", name).isNotNull();
    return value;
  }

  @Nullable T anyValue() {
    return value;
  }

  void assertMoved(long expected) {
    assertThat(error()).as("error of %s", name).isNull();
    assertThat(bytes).as("bytes of %s", name).isEqualTo(expected);
  }

  StreamException assertFailed(StreamError expected) {
    assertThat(error()).as("error of %s", name).isInstanceOf(StreamException.class);
    StreamException failure = (StreamException) error;
    assertThat(failure.error()).as("%s: %s", name, failure.getMessage()).isEqualTo(expected);
    return failure;
  }

  TlsException assertFailed(TlsError expected) {
    assertThat(error()).as("error of %s", name).isInstanceOf(TlsException.class);
    TlsException failure = (TlsException) error;
    assertThat(failure.error()).as("%s: %s", name, failure.getMessage()).isEqualTo(expected);
    return failure;
  }

  @Override
  public String toString() {
    return name;
  }
}
