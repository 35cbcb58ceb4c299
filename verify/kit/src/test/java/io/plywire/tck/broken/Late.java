// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** A correct stream whose completions take their time. */
class Late extends Bent {
  private final AtomicBoolean reading = new AtomicBoolean();
  private final AtomicBoolean writing = new AtomicBoolean();
  private final BiConsumer<StreamExecutor, Runnable> delay;

  Late(AsyncStream inner, BiConsumer<StreamExecutor, Runnable> delay) {
    super(inner);
    this.delay = delay;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    begin(reading, handler, late -> inner.asyncReadSome(target, late));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type);
    begin(reading, handler, late -> inner.asyncWait(type, late));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source);
    }
    begin(writing, handler, late -> inner.asyncWriteSome(sources, late));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role);
    begin(writing, handler, late -> inner.asyncTeardown(role, late));
  }

  private void begin(
      AtomicBoolean busy, IoHandler handler, java.util.function.Consumer<IoHandler> start) {
    Objects.requireNonNull(handler);
    if (!busy.compareAndSet(false, true)) {
      throw busy == reading
          ? new ReadPendingException("asyncReadSome or asyncWait")
          : new WritePendingException("asyncWriteSome or asyncTeardown");
    }
    start.accept(
        new Rewired(handler) {
          @Override
          public Executor executor() {
            return null;
          }

          @Override
          public Executor immediateExecutor() {
            return null;
          }

          @Override
          public void completed(IOException error, long bytes) {
            delay.accept(Late.this.executor(), () -> deliver(error, bytes));
          }

          private void deliver(IOException error, long bytes) {
            Runnable told =
                () -> {
                  busy.set(false);
                  run(Late.this, () -> inner.completed(error, bytes));
                };
            if (inner.executor() == null) {
              told.run();
            } else {
              inner.executor().execute(told);
            }
          }
        });
  }

  @Override
  public String toString() {
    return "late " + inner;
  }
}
