// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamExecutor;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The handshakes of one executor that have slow work to do. They do it one at a time, and whoever
 * began first goes first: when more come than the processor can do, some of them get done in time
 * instead of all of them too late. Those that wait for their peers are not here, so a peer that
 * says nothing is in nobody's way.
 *
 * <p>Between two turns the executor gets to do other things.
 */
final class HandshakeTurns implements Runnable {
  private static final AtomicLong BEGINNINGS = new AtomicLong();

  /**
   * Those that have somebody waiting, and a task posted; guarded by itself, as everything here is:
   * handshakes of an executor that has ended are let go by other threads.
   */
  private static final IdentityHashMap<StreamExecutor, HandshakeTurns> BUSY =
      new IdentityHashMap<>();

  private final StreamExecutor executor;
  private final PriorityQueue<Handshake<?>> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Handshake::begun));

  private HandshakeTurns(StreamExecutor executor) {
    this.executor = executor;
  }

  /** Returns the next number in the order of beginnings. */
  static long newBeginning() {
    return BEGINNINGS.getAndIncrement();
  }

  /**
   * Lets a handshake have its turn, in a task of its own.
   *
   * @return false if the executor takes no tasks any more
   */
  static boolean await(Handshake<?> handshake, StreamExecutor executor) {
    HandshakeTurns made = null;
    synchronized (BUSY) {
      HandshakeTurns turns = BUSY.get(executor);
      if (turns == null) {
        made = new HandshakeTurns(executor);
        turns = made;
        BUSY.put(executor, made);
      }
      turns.waiting.add(handshake);
    }
    if (made == null || made.post()) {
      return true;
    }
    forget(handshake, executor);
    return false;
  }

  /** Forgets a handshake that has ended. */
  static void forget(Handshake<?> handshake, StreamExecutor executor) {
    synchronized (BUSY) {
      HandshakeTurns turns = BUSY.get(executor);
      if (turns != null && turns.waiting.remove(handshake) && turns.waiting.isEmpty()) {
        BUSY.remove(executor);
      }
    }
  }

  private boolean post() {
    try {
      executor.execute(this);
      return true;
    } catch (RuntimeException e) {
      return false; // it has ended, and so will whoever waits
    }
  }

  @Override
  public void run() {
    Handshake<?> first;
    boolean more;
    synchronized (BUSY) {
      first = waiting.poll();
      more = !waiting.isEmpty();
      if (first != null && !more) {
        BUSY.remove(executor);
      }
    }
    if (more) {
      post();
    }
    if (first != null) {
      first.takeTurn();
    }
  }
}
