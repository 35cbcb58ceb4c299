// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Tasks from any thread for one consumer: a stack that the consumer takes as a whole and turns
 * round. Knows nothing of waking the consumer up.
 */
final class TaskInbox {
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(TaskInbox.class, "top", Node.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Node top;

  /** Adds a task; any thread. */
  void add(Runnable task) {
    Node node = new Node(task);
    do {
      node.next = top;
    } while (!TOP.compareAndSet(this, node.next, node));
  }

  /** Returns whether nothing is there; any thread. */
  boolean isEmpty() {
    return top == null;
  }

  /** Moves all tasks, oldest first; the consumer only. */
  void drainTo(ArrayDeque<Runnable> queue) {
    if (top == null) {
      return;
    }
    Node newest = (Node) TOP.getAndSet(this, null);
    Node oldest = null;
    while (newest != null) {
      Node next = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = next;
    }
    for (Node node = oldest; node != null; node = node.next) {
      queue.addLast(node.task);
    }
  }

  private static final class Node {
    final Runnable task;
    @Nullable Node next;

    Node(Runnable task) {
      this.task = task;
    }
  }
}
