// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection that is to be: a connect or an accept, which wait for each other at an
 * acceptor, each with an executor of its own.
 *
 * <p>It can end in several ways at once: the other side, a cancellation, a deadline, the acceptor's
 * close. All of them {@linkplain #claimEnd claim} its end with the registry's lock held, so that
 * whoever holds the lock can claim both sides or none. They complete it after leaving the lock.
 */
abstract class ConnectionOperation extends OneShotOperation<AsyncStream> {
  final InMemoryRegistry registry;

  ConnectionOperation(
      InMemoryRegistry registry, StreamExecutor executor, Handler<AsyncStream> handler) {
    super(executor, handler);
    this.registry = registry;
  }

  @Override
  public final void initiate() {
    initiateHere();
  }

  @Override
  protected final boolean claimEnd() {
    registry.lock.lock();
    try {
      boolean mine = super.claimEnd();
      if (mine) {
        leave();
      }
      return mine;
    } finally {
      registry.lock.unlock();
    }
  }

  /** Leaves the place where this waits, if it does; with the lock held. */
  abstract void leave();

  /** Completes what the caller has claimed, in the initiating call. */
  final void completeInCall(@Nullable IOException error, @Nullable AsyncStream stream) {
    deliver(streamExecutor(), error, stream);
  }

  /** Completes what the caller has claimed, at any other time and on any thread. */
  final void complete(@Nullable IOException error, @Nullable AsyncStream stream) {
    deliverPosted(error, stream);
  }

  @Override
  protected final IOException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, this + " was cancelled (" + type + "), no trace is left");
  }

  final StreamException failure(StreamError error, String why) {
    return new StreamException(error, this + ": " + why);
  }
}
