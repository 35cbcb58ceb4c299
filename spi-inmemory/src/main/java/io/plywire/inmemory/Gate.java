// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds one operation until it is {@linkplain #release() released}; made by {@link Faults}. An
 * operation at a gate is outstanding as any other: it can be cancelled, and closing the stream ends
 * it.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class Gate {
  private final ReentrantLock lock;
  private @Nullable Operation held;
  private int heldId;
  private boolean released;

  Gate(ReentrantLock lock) {
    this.lock = lock;
  }

  /** Lets the operation go on, in a task of its executor; or lets it pass when it comes. */
  public void release() {
    Operation operation;
    int id;
    lock.lock();
    try {
      released = true;
      operation = held;
      id = heldId;
      held = null;
    } finally {
      lock.unlock();
    }
    if (operation != null) {
      operation.stream.executor().execute(() -> operation.passGate(id));
    }
  }

  /** Returns whether the operation has come and waits here. */
  public boolean isHolding() {
    lock.lock();
    try {
      return held != null;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the gate is open. */
  public boolean isReleased() {
    lock.lock();
    try {
      return released;
    } finally {
      lock.unlock();
    }
  }

  boolean holds(Operation operation, int id) {
    lock.lock();
    try {
      if (released) {
        return false;
      }
      held = operation;
      heldId = id;
      operation.stream.faults().countHeld(operation.kind());
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      held = null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Gate[" + (isReleased() ? "released" : isHolding() ? "holding" : "waiting") + "]";
  }
}
