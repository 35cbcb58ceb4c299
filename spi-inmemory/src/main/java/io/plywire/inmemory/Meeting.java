// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection that is to be: a connect or an accept, which wait for each other at a
 * acceptor.
 *
 * <p>It can end in several ways at once: the other side, a cancellation, a deadline, the acceptor's
 * close. Whoever {@linkplain #claim() claims} it first, with the registry's lock held, completes it
 * after leaving the lock; the others do nothing.
 */
abstract class Meeting implements CancellationSlot.Cancellable, Handler<AsyncStream> {
  final InMemoryRegistry registry;
  final StreamExecutor streamExecutor;

  private final Handler<AsyncStream> handler;
  private final CancellationSlot slot;
  private boolean claimed; // guarded by the registry's lock

  Meeting(InMemoryRegistry registry, StreamExecutor streamExecutor, Handler<AsyncStream> handler) {
    this.registry = registry;
    this.streamExecutor = streamExecutor;
    this.handler = Objects.requireNonNull(handler, "handler");
    this.slot = handler.cancellationSlot();
  }

  /** From now on the operation can be cancelled. */
  final void begin() {
    slot.assign(this, 0);
  }

  /** Returns whether the caller is the one who completes this; wants the lock held. */
  final boolean claim() {
    boolean first = !claimed;
    claimed = true;
    return first;
  }

  /** Returns whether this has ended; wants the lock held. */
  final boolean isClaimed() {
    return claimed;
  }

  /** Leaves the place where this waits, if it does; wants the lock held. */
  abstract void withdraw();

  /** Lets go of what belongs to the operation, on its end. */
  void release() {
    slot.clear();
  }

  /** Completes within the initiating call. */
  final void completeImmediately(@Nullable IOException error, @Nullable AsyncStream stream) {
    release();
    Completions.immediately(this, streamExecutor, error, stream);
  }

  /** Completes at any other time. */
  final void complete(@Nullable IOException error, @Nullable AsyncStream stream) {
    release();
    Completions.post(this, streamExecutor, error, stream);
  }

  /** Ends the wait with an error, unless it has ended already. */
  final void giveUp(IOException error) {
    boolean mine;
    registry.lock.lock();
    try {
      mine = claim();
      if (mine) {
        withdraw();
      }
    } finally {
      registry.lock.unlock();
    }
    if (mine) {
      complete(error, null);
    }
  }

  @Override
  public final void cancel(long id, CancellationType type) {
    giveUp(
        StreamException.cancelled(type, this + " was cancelled (" + type + "), no trace is left"));
  }

  final StreamException failure(StreamError error, String why) {
    return new StreamException(error, this + ": " + why);
  }

  @Override
  public final @Nullable Executor executor() {
    return handler.executor();
  }

  @Override
  public final @Nullable Executor immediateExecutor() {
    return handler.immediateExecutor();
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    handler.completed(error, stream);
  }
}
