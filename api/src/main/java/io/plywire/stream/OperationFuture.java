// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The future of one operation; cancelling it cancels the operation. */
final class OperationFuture<T> extends CompletableFuture<T> implements Handler<T> {
  private final CancellationSignal signal = new CancellationSignal();
  private volatile boolean cancelRequested;

  OperationFuture(Initiation<T> operation) {
    operation.start(this);
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  @Override
  // A null result is what CompletableFuture<Void> is completed with.
  @SuppressWarnings("NullAway")
  public void completed(@Nullable IOException error, @Nullable T result) {
    if (error == null) {
      complete(result);
    } else if (cancelRequested
        && error instanceof OperationException failure
        && failure.condition() == ErrorCondition.ABORTED) {
      CancellationException cancelled = new CancellationException(error.getMessage());
      cancelled.initCause(error);
      completeExceptionally(cancelled);
    } else {
      completeExceptionally(error);
    }
  }

  /**
   * Asks the operation to end; see {@link CompletionToken#useFuture()}.
   *
   * @return whether the request came before the operation ended
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (isDone()) {
      return isCancelled();
    }
    cancelRequested = true;
    signal.emit(CancellationType.TERMINAL);
    return true;
  }

  /** Stages made from this one are plain futures: they stand for no operation. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
