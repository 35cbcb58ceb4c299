// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.deflate.DeflateEngine;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The compressed forms of a prepared message, each made by the first connection that needs it, on
 * whatever thread, while others wait for it.
 *
 * <p>A form refers to nothing outside of itself, so it is right for every connection whose window
 * reaches as far back as the form does, which is never further than the message is long. Most
 * messages are shorter than every window there is, and have one form.
 */
final class CompressedForms {
  private static final int SIZES = DeflateEngine.MAX_WINDOW_BITS - DeflateEngine.MIN_WINDOW_BITS;

  private final PreparedFrame plain;
  private final AtomicReferenceArray<@Nullable PreparedFrame> forms =
      new AtomicReferenceArray<>(SIZES + 1);
  private final ReentrantLock lock = new ReentrantLock(); // held by who makes a form

  CompressedForms(PreparedFrame plain) {
    this.plain = plain;
  }

  /** Returns the form for a connection; the plain one if no compressed one is shorter. */
  PreparedFrame get(Compression by) {
    int size = Math.min(by.windowBits(), bits(plain.payloadLength()));
    int index = size - DeflateEngine.MIN_WINDOW_BITS;
    PreparedFrame known = forms.get(index);
    return known != null ? known : make(index, by);
  }

  private PreparedFrame make(int index, Compression by) {
    lock.lock();
    try {
      PreparedFrame known = forms.get(index);
      if (known == null) {
        known = by.compress(plain);
        forms.set(index, known);
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the smallest window, as a power of two, that holds so many bytes, or the largest. */
  private static int bits(int bytes) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, bytes - 1));
    return Math.max(DeflateEngine.MIN_WINDOW_BITS, Math.min(DeflateEngine.MAX_WINDOW_BITS, bits));
  }
}
