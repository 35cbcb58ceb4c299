// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Adds single associations to an {@link IoHandler}, keeping the others, and makes one of others.
 */
public final class IoHandlers {
  private IoHandlers() {}

  /**
   * Returns a handler that runs on the given executor.
   *
   * @param executor where the handler runs
   * @param handler what runs
   */
  public static IoHandler bindExecutor(Executor executor, IoHandler handler) {
    Objects.requireNonNull(executor, "executor");
    return new BoundIo(handler) {
      @Override
      public Executor executor() {
        return executor;
      }
    };
  }

  /**
   * Returns a handler whose immediate completions are dispatched to the given executor.
   *
   * @param executor where immediate completions go
   * @param handler what runs
   */
  public static IoHandler bindImmediateExecutor(Executor executor, IoHandler handler) {
    Objects.requireNonNull(executor, "executor");
    return new BoundIo(handler) {
      @Override
      public Executor immediateExecutor() {
        return executor;
      }
    };
  }

  /**
   * Returns a handler whose operation can be cancelled through the slot.
   *
   * @param slot the slot of a signal that is used for one operation at a time
   * @param handler what runs
   */
  public static IoHandler bindCancellationSlot(CancellationSlot slot, IoHandler handler) {
    Objects.requireNonNull(slot, "slot");
    return new BoundIo(handler) {
      @Override
      public CancellationSlot cancellationSlot() {
        return slot;
      }
    };
  }

  /**
   * Returns a byte-counting view of a handler of {@link Long}. When the operation failed, the
   * handler gets the count of what was moved all the same.
   *
   * @param handler what runs
   */
  public static IoHandler counting(Handler<Long> handler) {
    return new ViewIo(handler) {
      @Override
      public void completed(@Nullable IOException error, long bytes) {
        handler.completed(error, bytes);
      }
    };
  }

  /**
   * Returns a byte-counting view of a handler that has no result.
   *
   * @param handler what runs
   */
  public static IoHandler uncounted(Handler<Void> handler) {
    return new ViewIo(handler) {
      @Override
      public void completed(@Nullable IOException error, long bytes) {
        handler.completed(error, null);
      }
    };
  }

  /**
   * Returns a handler that has the associations of another one.
   *
   * @param associations whose executors and slot count
   * @param handler what runs
   */
  public static IoHandler with(Associated associations, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return new ViewIo(associations) {
      @Override
      public void completed(@Nullable IOException error, long bytes) {
        handler.completed(error, bytes);
      }
    };
  }

  /** An {@link IoHandler} with the associations of another object. */
  private abstract static class ViewIo implements IoHandler {
    private final Associated inner;

    ViewIo(Associated inner) {
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
  }

  private abstract static class BoundIo extends ViewIo {
    private final IoHandler inner;

    BoundIo(IoHandler inner) {
      super(inner);
      this.inner = inner;
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      inner.completed(error, bytes);
    }
  }
}
