// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compresses messages (RFC 7692 section 7.2.1), a frame's worth at a time. Its window lasts from
 * one message to the next, until it is {@linkplain #reset reset} or told to {@linkplain
 * #startAfresh start afresh}.
 *
 * <p>The last four bytes of a message's compressed form are not sent. As nobody knows that bytes
 * are the last before there are no more, four bytes are always held back, from one frame to the
 * next, and dropped in the end.
 *
 * <p>The compressor is made for the first byte there is to compress.
 */
public final class MessageDeflater implements Reusable {
  /** How many bytes are held back. */
  public static final int HELD_BYTES = 4;

  /** An empty stored block without its last four bytes: what an empty message looks like. */
  private static final byte EMPTY_MESSAGE = 0;

  private static final int TAIL = 0x0000FFFF;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final DeflateOptions options;
  private final int windowBits;

  private @Nullable Compressor compressor;
  private int held; // big-endian, in its lower bytes
  private int heldBytes;
  private boolean unflushed; // the compressor has taken something since its last flush
  private boolean begun; // something of the current message came out
  private boolean stale; // the window is to be emptied before anything is compressed

  /**
   * Makes one with an empty window.
   *
   * @param options tell engine, level and memory level
   * @param windowBits the size of the window as a power of two
   */
  public MessageDeflater(DeflateOptions options, int windowBits) {
    this.options = options;
    this.windowBits = windowBits;
  }

  @Override
  public boolean suits(DeflateOptions other, int bits) {
    return bits == windowBits
        && (other == options
            || (other.engine().equals(options.engine())
                && other.level() == options.level()
                && other.memoryLevel() == options.memoryLevel()));
  }

  /**
   * Lets the next message refer to nothing before it: the receiver's window will hold what did not
   * come from here. Between two messages. It costs nothing before there is a next message.
   */
  public void startAfresh() {
    stale = compressor != null;
  }

  /**
   * Begins a frame: puts what was held back in front.
   *
   * @param target has room for what is held back and more
   */
  public void beginFrame(ByteBuffer target) {
    for (int i = heldBytes - 1; i >= 0; i--) {
      target.put((byte) (held >>> (8 * i)));
    }
    heldBytes = 0;
  }

  /**
   * Compresses.
   *
   * @param flush whether everything is to come out
   * @return whether the source is used up and, with a flush, all out. If not, the target is full.
   */
  public boolean compress(ByteBuffer source, ByteBuffer target, boolean flush) {
    if (!source.hasRemaining()) {
      return !flush || flush(target);
    }
    Compressor live = compressor();
    unflushed = true;
    boolean done = live.compress(source, target, flush);
    unflushed = !(flush && done);
    return done;
  }

  private Compressor compressor() {
    Compressor live = compressor;
    if (live == null) {
      live = options.engine().compressor(windowBits, options.level(), options.memoryLevel());
      EngineCount.compressorMade();
      compressor = live;
    } else if (stale) {
      live.reset();
    }
    stale = false;
    return live;
  }

  /** Brings everything out; returns whether that is done. If not, the target is full. */
  public boolean flush(ByteBuffer target) {
    if (unflushed && compressor != null) {
      unflushed = !compressor.compress(NOTHING, target, true);
    }
    return !unflushed;
  }

  /**
   * Ends a frame that is not the last one: holds its last bytes back.
   *
   * @param start where its payload begins in the target; it ends at the position, which moves
   */
  public void endFrame(ByteBuffer target, int start) {
    int end = target.position();
    int count = Math.min(HELD_BYTES, end - start);
    held = 0;
    for (int i = end - count; i < end; i++) {
      held = (held << 8) | (target.get(i) & 0xFF);
    }
    heldBytes = count;
    begun |= end > start;
    target.position(end - count);
  }

  /**
   * Ends a message, after a {@link #flush} that was done: drops its last bytes.
   *
   * @param start where the payload of the last frame begins in the target; it ends at the position,
   *     which moves
   */
  public void endMessage(ByteBuffer target, int start) {
    endFrame(target, start);
    if (!begun) {
      target.put(EMPTY_MESSAGE);
    } else if (heldBytes != HELD_BYTES || held != TAIL) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the deflate engine '%s' ends a flush with %d bytes, %08x",
              options.engine().name(),
              heldBytes,
              held));
    }
    heldBytes = 0;
    begun = false;
  }

  /** Returns how many bytes {@code length} bytes are likely to become at most. */
  public static long bound(long length) {
    return length + (length >>> 3) + 64;
  }

  @Override
  public void reset() {
    heldBytes = 0;
    begun = false;
    unflushed = false;
    stale = false;
    if (compressor != null) {
      compressor.reset();
    }
  }

  @Override
  public void release() {
    Compressor live = compressor;
    if (live != null) {
      compressor = null;
      EngineCount.compressorClosed();
      live.close();
    }
  }
}
