// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The connections of a server. Linked through themselves, since there are many of them. */
final class ServerConnections {
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ServerConnection first;
  private int size;
  private @Nullable ServerShutdown shutdown; // who hears of each end, once no more are taken in

  /** Takes one in; returns false if none is taken any more. */
  boolean add(ServerConnection connection) {
    lock.lock();
    try {
      if (shutdown != null) {
        return false;
      }
      ServerConnection second = first;
      connection.next = second;
      if (second != null) {
        second.previous = connection;
      }
      first = connection;
      size++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets one that has ended; returns the shutdown that waits for it, or null. */
  @Nullable ServerShutdown remove(ServerConnection connection) {
    lock.lock();
    try {
      ServerConnection before = connection.previous;
      ServerConnection after = connection.next;
      if (before != null) {
        before.next = after;
      } else {
        first = after;
      }
      if (after != null) {
        after.previous = before;
      }
      connection.previous = null;
      connection.next = null;
      size--;
      return shutdown;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes none in any more, and has a shutdown hear of the end of each.
   *
   * @return those that are there; null if another shutdown has come before
   */
  @Nullable List<ServerConnection> shutDown(ServerShutdown by) {
    lock.lock();
    try {
      if (shutdown != null) {
        return null;
      }
      shutdown = by;
      by.expect(size); // before any of them can end
      return all();
    } finally {
      lock.unlock();
    }
  }

  /** Returns those that are there now. */
  List<ServerConnection> all() {
    lock.lock();
    try {
      List<ServerConnection> all = new ArrayList<>(size);
      for (ServerConnection each = first; each != null; each = each.next) {
        all.add(each);
      }
      return all;
    } finally {
      lock.unlock();
    }
  }
}
