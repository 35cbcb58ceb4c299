// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import io.plywire.nio.internal.LoopWatch;
import io.plywire.nio.internal.SelectorLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of event loops among which connections are distributed in turn.
 *
 * <p>
 *
 * {@snippet :
 * try (NioEventLoopGroup group = new NioEventLoopGroup(4)) {
 *   Acceptor acceptor = new NioTransport(group).listen(endpoint, TransportOptions.defaults());
 *   // ...
 * }
 * }
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class NioEventLoopGroup implements AutoCloseable {
  /** The system property that has {@link #reportStalls} called for every group. */
  public static final String STALL_MILLIS = "io.plywire.nio.stallMillis";

  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final Object SHARED_LOCK = new Object();
  private static @Nullable NioEventLoopGroup shared; // guarded by SHARED_LOCK

  private final String name;
  private final List<NioEventLoop> loops;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Starts a group on daemon threads.
   *
   * @param size how many loops, each with a thread
   * @throws java.io.UncheckedIOException if the system refuses a selector
   */
  public NioEventLoopGroup(int size) {
    this(size, null, "plywire-nio-" + GROUPS.incrementAndGet(), false);
  }

  /**
   * Starts a group on threads of a factory.
   *
   * @param size how many loops, each with a thread
   * @param threads makes the threads; platform threads, since a selector blocks them
   * @throws java.io.UncheckedIOException if the system refuses a selector
   */
  public NioEventLoopGroup(int size, ThreadFactory threads) {
    this(
        size,
        Objects.requireNonNull(threads, "threads"),
        "plywire-nio-" + GROUPS.incrementAndGet(),
        false);
  }

  private NioEventLoopGroup(
      int size, @Nullable ThreadFactory threads, String name, boolean everlasting) {
    if (size < 1) {
      throw new IllegalArgumentException("size " + size + " is less than 1");
    }
    List<NioEventLoop> started = new ArrayList<>(size);
    try {
      for (int i = 1; i <= size; i++) {
        String loopName = size == 1 ? name : name + "-" + i;
        started.add(SelectorLoop.start(loopName, threads, everlasting));
      }
    } catch (RuntimeException | Error e) {
      started.forEach(NioEventLoop::close);
      throw e;
    }
    this.name = name;
    loops = List.copyOf(started);
    Long stallMillis = Long.getLong(STALL_MILLIS);
    if (stallMillis != null && stallMillis > 0) {
      reportStalls(Duration.ofMillis(stallMillis));
    }
  }

  /**
   * Returns the group of one loop that every transport without a group of its own uses. Its daemon
   * thread starts with first use and lives on; closing it does nothing.
   */
  public static NioEventLoopGroup shared() {
    synchronized (SHARED_LOCK) {
      NioEventLoopGroup group = shared;
      // A loop whose selector failed has ended in spite of being everlasting.
      if (group == null || !group.isOpen()) {
        group = new NioEventLoopGroup(1, null, "plywire-nio-shared", true);
        shared = group;
      }
      return group;
    }
  }

  /**
   * Logs, as a warning with the stack of the thread, when something on a loop of this group takes
   * too long: a handler or a task that blocks holds up every connection of its loop. Costs a daemon
   * thread, which ends with the group, and the loops nothing. To be called once; the system
   * property {@value #STALL_MILLIS} does it for every group.
   *
   * @param limit how long one turn of a loop may take; not zero or negative
   * @throws IllegalArgumentException if it is
   */
  public void reportStalls(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    List<SelectorLoop> watched = new ArrayList<>();
    loops.forEach(loop -> watched.add((SelectorLoop) loop));
    LoopWatch.start(name + "-watch", watched, limit, this::isOpen);
  }

  /** Returns the loops, in no order that means anything. */
  public List<NioEventLoop> loops() {
    return loops;
  }

  /** Returns the loop whose turn it is to get the next connection. */
  public NioEventLoop next() {
    return loops.size() == 1
        ? loops.get(0)
        : loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** Closes all loops, see {@link NioEventLoop#close}; idempotent, never blocks. */
  @Override
  public void close() {
    loops.forEach(NioEventLoop::close);
  }

  /** Returns whether no loop has ended or was told to. */
  public boolean isOpen() {
    for (NioEventLoop loop : loops) {
      if (!loop.isOpen()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits until the threads of all loops have ended.
   *
   * @param timeout how long to wait at most
   * @return whether they have ended
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if called by the thread of one of the loops
   */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    long start = System.nanoTime();
    for (NioEventLoop loop : loops) {
      Duration left = timeout.minusNanos(System.nanoTime() - start);
      if (!loop.awaitTermination(left.isNegative() ? Duration.ZERO : left)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "NioEventLoopGroup" + loops;
  }
}
