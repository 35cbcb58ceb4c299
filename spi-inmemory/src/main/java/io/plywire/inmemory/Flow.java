// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a pipe: the bytes on their way within a window, and how the direction ends.
 * Knows neither operations nor threads; the pipe's lock guards all of it.
 *
 * <p>{@link #take} and {@link #put} return how many bytes they moved, or one of the constants.
 */
final class Flow {
  /** Nothing can be moved now; the caller will be woken when that changes. */
  static final int WAIT = 0;

  /** The writer has ended, and all that it wrote was taken. */
  static final int END = -1;

  /** The connection is broken, or nobody is left at the other side. */
  static final int BROKEN = -2;

  /** What happens to a direction after a chosen number of bytes. */
  enum Cut {
    END,
    RESET
  }

  private final int window;
  private byte @Nullable [] ring;
  private int head;
  private int size;

  private boolean ended; // the writer has said that nothing follows
  private boolean endTold; // the reader knows, and nothing may contradict it any more
  private boolean readerGone;
  private boolean broken; // by a reset; what is in the ring may still be read

  private long entered;
  private long cutAt = Long.MAX_VALUE;
  private @Nullable Cut cut;
  private boolean swallows; // after a cut the writer goes on, and nothing arrives
  private long swallowed;
  private boolean losesEnd;
  private List<Consumer<ByteBuffer>> taps = List.of();

  private boolean readerWaits;
  private boolean writerWaits;
  private boolean readerDue;
  private boolean writerDue;

  Flow(int window) {
    this.window = window;
  }

  /** Moves bytes out of the window. */
  int take(ByteBuffer target, int most) {
    int n = Math.min(Math.min(size, most), target.remaining());
    if (n == 0) {
      return poll();
    }
    byte[] bytes = buffer();
    int first = Math.min(n, window - head);
    target.put(bytes, head, first).put(bytes, 0, n - first);
    consume(n);
    return n;
  }

  /** Throws away what is in the window. */
  int skip() {
    int n = size;
    if (n == 0) {
      return poll();
    }
    consume(n);
    return n;
  }

  /** Returns what {@link #take} would, with 1 for any number of bytes. */
  int poll() {
    if (readerGone) {
      return WAIT; // the reader is being closed, which ends what it does
    }
    if (size > 0) {
      return 1;
    }
    if (broken && !endTold) {
      return BROKEN;
    }
    if (endTold || ((ended || swallows) && !losesEnd)) {
      endTold = true;
      return END;
    }
    readerWaits = true;
    return WAIT;
  }

  /** Moves bytes into the window. */
  int put(ByteBuffer[] sources, int most) {
    if (ended) {
      return WAIT; // the writer is being closed, which ends what it does
    }
    if (broken || readerGone) {
      return BROKEN;
    }
    if (swallows) {
      int n = move(sources, null, most);
      swallowed += n;
      return n;
    }
    int room = (int) Math.min(Math.min(window - size, most), cutAt - entered);
    if (room == 0) {
      writerWaits = true;
      return WAIT;
    }
    int n = move(sources, buffer(), room);
    entered += n;
    wakeReader();
    return n;
  }

  /** Returns a copy of the bytes that were put in last. */
  ByteBuffer last(int n) {
    byte[] bytes = buffer();
    ByteBuffer copy = ByteBuffer.allocate(n);
    int from = Math.floorMod(head + size - n, window);
    int first = Math.min(n, window - from);
    return copy.put(bytes, from, first).put(bytes, 0, n - first).flip().asReadOnlyBuffer();
  }

  /** The writer says that nothing follows. */
  void end() {
    ended = true;
    releaseWhenDone();
    wakeReader();
  }

  /** The reader goes away. */
  void endReading() {
    readerGone = true;
    discard();
    wakeWriter();
  }

  /** The connection breaks. */
  void breakOff() {
    broken = true;
    releaseWhenDone();
    wakeReader();
    wakeWriter();
  }

  /** Loses what is in the window. */
  void discard() {
    size = 0;
    ring = null;
  }

  /** Arranges for an accident after so many bytes. */
  void cutAt(Cut kind, long bytes) {
    cut = kind;
    cutAt = Math.max(bytes, entered);
  }

  /** Returns the accident whose time has come, once; an end has taken effect then. */
  @Nullable Cut cutReached() {
    Cut reached = entered == cutAt ? cut : null;
    if (reached != null) {
      cut = null;
      cutAt = Long.MAX_VALUE;
      if (reached == Cut.END) {
        swallows = true;
        releaseWhenDone();
        wakeReader();
        wakeWriter();
      }
    }
    return reached;
  }

  void loseEnd() {
    losesEnd = true;
  }

  void tap(Consumer<ByteBuffer> tap) {
    List<Consumer<ByteBuffer>> more = new ArrayList<>(taps);
    more.add(tap);
    taps = List.copyOf(more);
  }

  /** Returns who sees what was put in last. */
  List<Consumer<ByteBuffer>> taps() {
    return swallows ? List.of() : taps;
  }

  int size() {
    return size;
  }

  boolean hasRoom() {
    return size < window;
  }

  long entered() {
    return entered;
  }

  long swallowed() {
    return swallowed;
  }

  /** Returns, once, whether the reader shall be woken. */
  boolean takeReaderDue() {
    boolean due = readerDue;
    readerDue = false;
    return due;
  }

  /** Returns, once, whether the writer shall be woken. */
  boolean takeWriterDue() {
    boolean due = writerDue;
    writerDue = false;
    return due;
  }

  private void wakeReader() {
    readerDue |= readerWaits;
    readerWaits = false;
  }

  private void wakeWriter() {
    writerDue |= writerWaits;
    writerWaits = false;
  }

  private byte[] buffer() {
    byte[] bytes = ring;
    if (bytes == null) {
      bytes = new byte[window];
      ring = bytes;
      head = 0;
    }
    return bytes;
  }

  private void consume(int n) {
    head = (head + n) % window;
    size -= n;
    releaseWhenDone();
    wakeWriter();
  }

  private void releaseWhenDone() {
    if (size == 0 && (ended || broken || swallows)) {
      ring = null;
    }
  }

  /** Moves up to so many bytes to the end of the ring, or nowhere. */
  private int move(ByteBuffer[] sources, byte @Nullable [] bytes, int most) {
    int left = most;
    for (int i = 0; i < sources.length && left > 0; i++) {
      ByteBuffer source = sources[i];
      int n = Math.min(left, source.remaining());
      if (bytes == null) {
        source.position(source.position() + n);
      } else {
        int tail = (head + size) % window;
        int first = Math.min(n, window - tail);
        source.get(bytes, tail, first).get(bytes, 0, n - first);
        size += n;
      }
      left -= n;
    }
    return most - left;
  }
}
