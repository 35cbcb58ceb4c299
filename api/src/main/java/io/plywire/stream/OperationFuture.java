// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of one operation. Whoever completes it from outside, as {@code cancel} and {@code
 * orTimeout} do, asks the operation to end; the future is done when that has ended, and has its
 * result if it was faster.
 */
// A null result is what CompletableFuture<Void> is completed with.
@SuppressWarnings("NullAway")
final class OperationFuture<T> extends FutureStage<T> implements Handler<T> {
  private final CancellationSignal signal = new CancellationSignal();

  /** Completes this in place of the operation. */
  private final AtomicReference<@Nullable Consumer<IOException>> outside = new AtomicReference<>();

  OperationFuture(Initiation<T> operation) {
    super(operation.executor());
    operation.start(this);
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable T result) {
    Consumer<IOException> other = outside.get();
    if (error == null) {
      super.complete(result);
    } else if (other == null || !isAborted(error)) {
      super.completeExceptionally(error);
    } else {
      other.accept(error);
    }
  }

  private static boolean isAborted(IOException error) {
    return error instanceof OperationException failure
        && failure.condition() == ErrorCondition.ABORTED;
  }

  /** Ends the operation, and then the future, given why; returns whether that is new. */
  private boolean end(Consumer<IOException> how) {
    if (isDone() || !outside.compareAndSet(null, how)) {
      return false;
    }
    signal.end();
    return true;
  }

  /**
   * Asks the operation to end; see {@link CompletionToken#useFuture()}.
   *
   * @return whether the request came before the operation ended
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    end(
        error -> {
          CancellationException cancelled = new CancellationException(error.getMessage());
          cancelled.initCause(error);
          super.completeExceptionally(cancelled);
        });
    return !isDone() || isCancelled();
  }

  @Override
  public boolean complete(T value) {
    return end(error -> super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    return end(error -> super.completeExceptionally(thrown));
  }

  @Override
  public CompletableFuture<T> completeAsync(
      Supplier<? extends T> supplier, java.util.concurrent.Executor executor) {
    executor.execute(
        () -> {
          try {
            complete(supplier.get());
          } catch (RuntimeException | Error e) {
            completeExceptionally(e);
          }
        });
    return this;
  }

  @Override
  public void obtrudeValue(T value) {
    end(error -> {});
    super.obtrudeValue(value);
  }

  @Override
  public void obtrudeException(Throwable thrown) {
    end(error -> {});
    super.obtrudeException(thrown);
  }
}
