// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A handler that remembers how its operation ended, and fails a test when it runs twice. */
final class Result implements IoHandler {
  private final CancellationSignal signal = new CancellationSignal();
  private final @Nullable Executor immediate;
  private int calls;
  private @Nullable IOException error;
  private long bytes;

  Result() {
    this(null);
  }

  Result(@Nullable Executor immediate) {
    this.immediate = immediate;
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
  public void completed(@Nullable IOException error, long bytes) {
    calls++;
    this.error = error;
    this.bytes = bytes;
    assertThat(calls).as("calls of one handler").isEqualTo(1);
  }

  void cancel(CancellationType type) {
    signal.emit(type);
  }

  boolean isDone() {
    return calls == 1;
  }

  @Nullable IOException error() {
    assertThat(isDone()).as("the operation has ended").isTrue();
    return error;
  }

  long bytes() {
    assertThat(isDone()).as("the operation has ended").isTrue();
    return bytes;
  }

  void assertPending() {
    assertThat(calls).as("the operation is still outstanding").isZero();
  }

  void assertMoved(long expected) {
    assertThat(error()).isNull();
    assertThat(bytes).isEqualTo(expected);
  }

  StreamException assertFailed(StreamError expected) {
    assertThat(error()).isInstanceOf(StreamException.class);
    StreamException failure = (StreamException) error;
    assertThat(failure.error()).as(failure.getMessage()).isEqualTo(expected);
    return failure;
  }

  void assertCancelled(CancellationType type, long moved) {
    assertThat(assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
    assertThat(bytes).isEqualTo(moved);
  }
}
