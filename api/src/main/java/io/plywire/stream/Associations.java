// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The associations of another object, and views of handlers that have them. */
class Associations implements Associated {
  private final Associated inner;

  Associations(Associated inner) {
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

  // ---- one association replaced

  static Associated bindExecutor(Executor executor, Associated rest) {
    Objects.requireNonNull(executor, "executor");
    return new Associations(rest) {
      @Override
      public Executor executor() {
        return executor;
      }
    };
  }

  static Associated bindImmediateExecutor(Executor executor, Associated rest) {
    Objects.requireNonNull(executor, "executor");
    return new Associations(rest) {
      @Override
      public Executor immediateExecutor() {
        return executor;
      }
    };
  }

  static Associated bindCancellationSlot(CancellationSlot slot, Associated rest) {
    Objects.requireNonNull(slot, "slot");
    return new Associations(rest) {
      @Override
      public CancellationSlot cancellationSlot() {
        return slot;
      }
    };
  }

  // ---- handlers with the associations of another object

  static final class OfHandler<T> extends Associations implements Handler<T> {
    private final Handler<T> handler;

    OfHandler(Associated associations, Handler<T> handler) {
      super(associations);
      this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable T result) {
      handler.completed(error, result);
    }
  }

  static final class OfIoHandler extends Associations implements IoHandler {
    private final IoHandler handler;

    OfIoHandler(Associated associations, IoHandler handler) {
      super(associations);
      this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      handler.completed(error, bytes);
    }
  }
}
