// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future of an operation, or one made from it: no thread of an event loop may wait for it. */
class FutureStage<T> extends CompletableFuture<T> {
  private final StreamExecutor executor;

  FutureStage(StreamExecutor executor) {
    this.executor = executor;
  }

  private void requireMayWait() {
    if (!isDone()) {
      LoopThread.requireMayWait(executor, "waiting for a future");
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    requireMayWait();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (timeout > 0) {
      requireMayWait();
    }
    return super.get(timeout, unit);
  }

  @Override
  public T join() {
    requireMayWait();
    return super.join();
  }

  /** Stages made from this one stand for no operation: to complete them ends none. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new FutureStage<>(executor);
  }
}
