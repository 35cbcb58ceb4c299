// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A stream that lets others watch what it accepts and delivers, on whatever transport it stands.
 *
 * <p>A watcher that throws does not disturb the conversation: the first failure is kept for {@link
 * #check}. Watchers are called one at a time, and {@link #look} looks at them safely from any
 * thread.
 */
public final class Tapped extends ForwardingStream {
  private final Consumer<ByteBuffer> outbound;
  private final Consumer<ByteBuffer> inbound;
  private final ReentrantLock watching = new ReentrantLock();
  private volatile Throwable failure;

  /**
   * Hangs watchers on a stream.
   *
   * @param inner the stream; owned by the new one
   * @param outbound sees every byte that the stream accepted, in order
   * @param inbound sees every byte that the stream delivered, in order
   */
  public Tapped(AsyncStream inner, Consumer<ByteBuffer> outbound, Consumer<ByteBuffer> inbound) {
    super(inner);
    this.outbound = outbound;
    this.inbound = inbound;
  }

  /** Fails if a watcher has. */
  public void check() {
    Throwable found = failure;
    if (found != null) {
      throw new AssertionError("on " + this + ": " + found.getMessage(), found);
    }
  }

  /** Runs while no watcher does, with what they have written visible. */
  public void look(Runnable at) {
    watching.lock();
    try {
      at.run();
    } finally {
      watching.unlock();
    }
  }

  private void show(Consumer<ByteBuffer> watcher, ByteBuffer buffer, int from) {
    if (buffer.position() == from || failure != null) {
      return;
    }
    ByteBuffer moved = buffer.duplicate();
    moved.limit(buffer.position()).position(from);
    look(
        () -> {
          try {
            watcher.accept(moved);
          } catch (RuntimeException | Error e) {
            failure = e;
          }
        });
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    int from = target.position();
    super.asyncReadSome(
        target,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              show(inbound, target, from);
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    ByteBuffer[] given = sources.clone();
    int[] from = new int[given.length];
    for (int i = 0; i < given.length; i++) {
      from[i] = given[i].position();
    }
    super.asyncWriteSome(
        sources,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              for (int i = 0; i < given.length; i++) {
                show(outbound, given[i], from[i]);
              }
              handler.completed(error, bytes);
            }));
  }

  @Override
  public String toString() {
    return "tapped over " + next();
  }
}
