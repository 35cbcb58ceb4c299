// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Adds single associations to a {@link Handler}, keeping the others. */
public final class Handlers {
  private Handlers() {}

  /**
   * Returns a handler that runs on the given executor.
   *
   * @param <T> the type of the result
   * @param executor where the handler runs
   * @param handler what runs
   */
  public static <T> Handler<T> bindExecutor(Executor executor, Handler<T> handler) {
    Objects.requireNonNull(executor, "executor");
    return new Bound<>(handler) {
      @Override
      public Executor executor() {
        return executor;
      }
    };
  }

  /**
   * Returns a handler whose immediate completions are dispatched to the given executor.
   *
   * @param <T> the type of the result
   * @param executor where immediate completions go
   * @param handler what runs
   */
  public static <T> Handler<T> bindImmediateExecutor(Executor executor, Handler<T> handler) {
    Objects.requireNonNull(executor, "executor");
    return new Bound<>(handler) {
      @Override
      public Executor immediateExecutor() {
        return executor;
      }
    };
  }

  /**
   * Returns a handler whose operation can be cancelled through the slot.
   *
   * @param <T> the type of the result
   * @param slot the slot of a signal that is used for one operation at a time
   * @param handler what runs
   */
  public static <T> Handler<T> bindCancellationSlot(CancellationSlot slot, Handler<T> handler) {
    Objects.requireNonNull(slot, "slot");
    return new Bound<>(handler) {
      @Override
      public CancellationSlot cancellationSlot() {
        return slot;
      }
    };
  }

  private abstract static class Bound<T> implements Handler<T> {
    private final Handler<T> inner;

    Bound(Handler<T> inner) {
      this.inner = Objects.requireNonNull(inner, "handler");
    }

    @Override
    public @Nullable Executor executor() {
      return inner.executor();
    }

    @Override
    public @Nullable Executor immediateExecutor() {
      return inner.immediateExecutor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return inner.cancellationSlot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable T result) {
      inner.completed(error, result);
    }
  }
}
