// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a pool's buffers as longs, found by the buffer itself and not by what is in it.
 * Finding makes no garbage. The views do not keep their buffers: who loses one loses no memory.
 */
final class LongViews {
  private static final int ALIGNMENT = 64;

  private final DirectMemory direct;
  private final ReferenceQueue<ByteBuffer> lost = new ReferenceQueue<>();
  private @Nullable View[] chains = new View[16];
  private int count;

  LongViews(DirectMemory direct) {
    this.direct = direct;
  }

  private static final class View extends WeakReference<ByteBuffer> {
    final int hash;
    final LongBuffer longs;
    @Nullable View next;

    View(ByteBuffer buffer, ReferenceQueue<ByteBuffer> lost, LongBuffer longs) {
      super(buffer, lost);
      this.hash = System.identityHashCode(buffer);
      this.longs = longs;
    }
  }

  /**
   * Makes a direct buffer that has a view.
   *
   * @param capacity a multiple of 8
   */
  ByteBuffer allocate(int capacity) {
    forgetLost(); // before there is need for their memory
    // Vectors that cross cache lines cost half as much again.
    ByteBuffer memory = direct.allocate(capacity + ALIGNMENT - 1);
    int start = -memory.alignmentOffset(0, ALIGNMENT) & ALIGNMENT - 1;
    ByteBuffer buffer = memory.slice(start, capacity);
    // Of another slice: the view must not refer to the buffer.
    LongBuffer longs = memory.slice(start, capacity).order(ByteOrder.nativeOrder()).asLongBuffer();
    if (count == chains.length) {
      grow();
    }
    put(new View(buffer, lost, longs));
    count++;
    return buffer;
  }

  /** Returns the view of a buffer that was made here and not dropped. */
  @Nullable LongBuffer of(ByteBuffer buffer) {
    View view = find(buffer);
    return view == null ? null : view.longs;
  }

  /** Forgets a buffer, if it was made here. */
  void drop(ByteBuffer buffer) {
    View view = find(buffer);
    if (view != null) {
      remove(view);
    }
  }

  private @Nullable View find(ByteBuffer buffer) {
    View view = chains[System.identityHashCode(buffer) & chains.length - 1];
    while (view != null && !view.refersTo(buffer)) {
      view = view.next;
    }
    return view;
  }

  /** Returns how many views there are. */
  int size() {
    return count;
  }

  private void forgetLost() {
    for (Reference<?> view = lost.poll(); view != null; view = lost.poll()) {
      remove((View) view);
    }
  }

  private void remove(View gone) {
    int at = gone.hash & chains.length - 1;
    View before = null;
    for (View view = chains[at]; view != null; before = view, view = view.next) {
      if (view == gone) {
        if (before == null) {
          chains[at] = gone.next;
        } else {
          before.next = gone.next;
        }
        count--;
        return;
      }
    }
  }

  private void put(View view) {
    int at = view.hash & chains.length - 1;
    view.next = chains[at];
    chains[at] = view;
  }

  private void grow() {
    @Nullable View[] old = chains;
    chains = new View[2 * old.length];
    for (View chain : old) {
      for (View view = chain; view != null; ) {
        View next = view.next;
        put(view);
        view = next;
      }
    }
  }
}
