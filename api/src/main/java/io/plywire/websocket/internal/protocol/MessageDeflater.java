// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one side of a connection (RFC 7692 section 7.2.1), a frame's worth at
 * a time.
 *
 * <p>The last four bytes of a message's compressed form are not sent. As nobody knows that bytes
 * are the last before there are no more, four bytes are always held back, from one frame to the
 * next, and dropped in the end.
 *
 * <p>The compressor exists from the first byte of a message to its end, or to the connection's end
 * if its window lasts from one message to the next.
 */
public final class MessageDeflater {
  /** How many bytes are held back. */
  public static final int HELD_BYTES = 4;

  /** An empty stored block without its last four bytes: what an empty message looks like. */
  private static final byte EMPTY_MESSAGE = 0;

  private static final int TAIL = 0x0000FFFF;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final DeflateOptions options;
  private final int windowBits;
  private final boolean takeover;

  private @Nullable Compressor compressor;
  private int held; // big-endian, in its lower bytes
  private int heldBytes;
  private boolean unflushed; // the compressor has taken something since its last flush
  private boolean begun; // something of the current message came out

  /** Makes one for a side of a connection. */
  public MessageDeflater(DeflateOptions options, DeflateParameters agreed, Role side) {
    this.options = options;
    this.windowBits = agreed.windowBits(side);
    this.takeover = agreed.contextTakeover(side);
  }

  /** Returns what tells which messages are worth it. */
  public DeflateOptions options() {
    return options;
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

  /** Compresses; returns whether the source is used up. If not, the target is full. */
  public boolean compress(ByteBuffer source, ByteBuffer target) {
    if (!source.hasRemaining()) {
      return true;
    }
    Compressor live = compressor;
    if (live == null) {
      live = options.engine().compressor(windowBits, options.level(), options.memoryLevel());
      compressor = live;
    }
    unflushed = true;
    return live.compress(source, target, false);
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
    if (!takeover) {
      release();
    }
  }

  /** Returns how many bytes {@code length} bytes are likely to become at most. */
  public static long bound(long length) {
    return length + (length >>> 3) + 64;
  }

  /** Frees what the engine holds. */
  public void release() {
    Compressor live = compressor;
    if (live != null) {
      compressor = null;
      live.close();
    }
  }
}
