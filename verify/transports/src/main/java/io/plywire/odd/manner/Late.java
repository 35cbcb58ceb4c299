// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.manner;

import io.plywire.odd.medium.Threads;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A stream whose completions make a detour, and are never immediate. */
public final class Late extends ForwardingStream {
  private final Consumer<Runnable> detour;
  private final AtomicReference<String> reading = new AtomicReference<>();
  private final AtomicReference<String> writing = new AtomicReference<>();

  private Late(AsyncStream next, Consumer<Runnable> detour) {
    super(next);
    this.detour = detour;
  }

  /** Every completion takes five milliseconds. */
  public static AsyncStream slow(AsyncStream next) {
    return new Late(next, task -> next.executor().schedule(Duration.ofMillis(5), task));
  }

  /** Every completion takes another turn of the executor. */
  public static AsyncStream twice(AsyncStream next) {
    return new Late(next, next.executor()::execute);
  }

  /** Every completion is handed over by some thread of a pool. */
  public static AsyncStream foreign(AsyncStream next) {
    return new Late(next, task -> Threads.FEW.execute(() -> next.executor().execute(task)));
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    begin("asyncReadSome", reading, handler, late -> next().asyncReadSome(target, late));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    begin("asyncWait", reading, handler, late -> next().asyncWait(type, late));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    begin("asyncWriteSome", writing, handler, late -> next().asyncWriteSome(sources, late));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    begin("asyncTeardown", writing, handler, late -> next().asyncTeardown(role, late));
  }

  @SuppressWarnings("ReferenceEquality") // the very same one
  private void begin(
      String name,
      AtomicReference<String> pending,
      IoHandler handler,
      Consumer<IoHandler> initiation) {
    Objects.requireNonNull(handler, "handler");
    String other = pending.compareAndExchange(null, name);
    if (other != null) {
      throw pending == reading ? new ReadPendingException(other) : new WritePendingException(other);
    }
    initiation.accept(new Detour(pending, handler));
  }

  /** Completes on the stream's executor, whatever the handler wants, and goes on from there. */
  private final class Detour implements IoHandler {
    private final AtomicReference<String> pending;
    private final IoHandler handler;

    Detour(AtomicReference<String> pending, IoHandler handler) {
      this.pending = pending;
      this.handler = handler;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return handler.cancellationSlot();
    }

    @Override
    public void completed(IOException error, long bytes) {
      detour.accept(() -> arrived(error, bytes));
    }

    @SuppressWarnings("ReferenceEquality") // the very same one
    private void arrived(IOException error, long bytes) {
      Executor own = handler.executor();
      if (own == null || own == executor()) {
        deliver(error, bytes);
      } else {
        own.execute(() -> deliver(error, bytes));
      }
    }

    private void deliver(IOException error, long bytes) {
      pending.set(null);
      try {
        handler.completed(error, bytes);
      } catch (RuntimeException | Error e) {
        close(); // nobody else will
      }
    }
  }
}
