// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers ordered by deadline in a binary heap. Each knows its place, so calling one off costs O(log
 * n) and leaves nothing behind. Used by one thread.
 */
final class TimerHeap {
  private @Nullable LoopTimer[] heap = new LoopTimer[16];
  private int size;
  private long sequence;

  int size() {
    return size;
  }

  /** Returns the timer that is due first, or null. */
  @Nullable LoopTimer first() {
    return heap[0];
  }

  void add(LoopTimer timer) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    timer.sequence = sequence++;
    siftUp(size++, timer);
  }

  /** Takes a timer out; does nothing if it is not in. */
  void remove(LoopTimer timer) {
    int hole = timer.index;
    if (hole < 0) {
      return;
    }
    timer.index = -1;
    LoopTimer last = at(--size);
    heap[size] = null;
    if (last != timer) {
      siftDown(hole, last);
      if (last.index == hole) {
        siftUp(hole, last);
      }
    }
  }

  private void siftUp(int from, LoopTimer timer) {
    int hole = from;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      LoopTimer above = at(parent);
      if (!before(timer, above)) {
        break;
      }
      put(hole, above);
      hole = parent;
    }
    put(hole, timer);
  }

  private void siftDown(int from, LoopTimer timer) {
    int hole = from;
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      LoopTimer below = at(child);
      if (!before(below, timer)) {
        break;
      }
      put(hole, below);
      hole = child;
    }
    put(hole, timer);
  }

  @SuppressWarnings("NullAway") // every place below size is taken
  private LoopTimer at(int place) {
    return heap[place];
  }

  private void put(int place, LoopTimer timer) {
    heap[place] = timer;
    timer.index = place;
  }

  private static boolean before(LoopTimer a, LoopTimer b) {
    long difference = a.deadlineNanos - b.deadlineNanos;
    return difference < 0 || (difference == 0 && a.sequence < b.sequence);
  }
}
