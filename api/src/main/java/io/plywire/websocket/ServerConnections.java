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
  private boolean full; // for good: the server shuts down

  /** Takes one in; returns false if none is taken any more. */
  boolean add(ServerConnection connection) {
    lock.lock();
    try {
      if (full) {
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

  /** Forgets one that has ended; returns whether {@link #allForGood} had it. */
  boolean remove(ServerConnection connection) {
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
      return full;
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

  /** Returns those that are there now, and takes none any more. */
  List<ServerConnection> allForGood() {
    lock.lock();
    try {
      full = true;
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
