// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses messages (RFC 7692 section 7.2.2), into whatever room there is, and counts what
 * comes out. The decompressor is made for the first byte that comes in.
 */
public final class MessageInflater implements Reusable {
  /** What came in is used up; the message goes on. */
  public static final int NEED_INPUT = 0;

  /** The room is used up, and there is at least one byte more. */
  public static final int NEED_ROOM = 1;

  /** The message is complete. */
  public static final int DONE = 2;

  /** The data is corrupt. */
  public static final int CORRUPT = 3;

  /** The message is longer than allowed. */
  public static final int TOO_BIG = 4;

  private static final int TAIL_BYTES = 4;

  /**
   * What every message ends with and no peer sends, and behind it a stored block of two bytes,
   * which come out alone only where a block can begin.
   */
  private static final byte[] TAIL_AND_PROBE = {
    0, 0, (byte) 0xFF, (byte) 0xFF, 0, 2, 0, (byte) 0xFD, (byte) 0xFF, 'o', 'k'
  };

  private static final int PROBED_BYTES = 2;

  private final DeflateEngine engine;
  private final int windowBits;
  private final boolean takeover;

  private @Nullable Decompressor decompressor;
  private final ByteBuffer tail = ByteBuffer.wrap(TAIL_AND_PROBE); // read only, and here only
  private @Nullable ByteBuffer spare; // what came out when there was no room; made for the first
  private boolean used; // the window may not be empty
  private boolean empty;
  private boolean ended; // with a block marked as the last one, which needs no tail
  private long inflated;
  private String detail = "";

  /**
   * Makes one with an empty window.
   *
   * @param windowBits the largest window the sender uses, as a power of two
   * @param takeover whether the window lasts from one message to the next
   */
  public MessageInflater(DeflateEngine engine, int windowBits, boolean takeover) {
    this.engine = engine;
    this.windowBits = windowBits;
    this.takeover = takeover;
  }

  @Override
  public boolean suits(DeflateOptions options, int bits) {
    return bits == windowBits && options.engine().equals(engine);
  }

  /** Tells whether a message has to be decompressed for the sake of those after it. */
  public boolean hasTakeover() {
    return takeover;
  }

  /** Begins a message. */
  public void beginMessage() {
    if (!takeover) {
      reset(); // the message before may not have been read to its end
    }
    ended = false;
    empty = true;
    inflated = 0;
    if (spare != null) {
      spare.position(0).limit(0);
    }
  }

  /** Returns how many bytes of the message have come out. */
  public long inflated() {
    return inflated;
  }

  /** Tells whether there is a byte to come out, whether or not more comes in. */
  public boolean holdsBytes() {
    return spare != null && spare.hasRemaining();
  }

  /** Returns what is wrong with corrupt data. */
  public String detail() {
    return detail;
  }

  /**
   * Decompresses what came in.
   *
   * @param source compressed bytes; its position moves past what was used
   * @param last whether the message ends with the source
   * @param target takes what comes out; its position moves
   * @param max the longest message, in bytes; 0 for no limit
   * @return one of the constants
   */
  public int inflate(ByteBuffer source, boolean last, ByteBuffer target, long max) {
    Decompressor live = decompressor;
    if (live == null) {
      live = engine.decompressor(windowBits);
      EngineCount.decompressorMade();
      decompressor = live;
    }
    used = true;
    try {
      return inflate(live, source, last, target, max > 0 ? max : Long.MAX_VALUE);
    } catch (DataFormatException e) {
      detail = String.valueOf(e.getMessage());
      return CORRUPT;
    }
  }

  private int inflate(
      Decompressor live, ByteBuffer source, boolean last, ByteBuffer target, long max)
      throws DataFormatException {
    empty &= !source.hasRemaining();
    if (empty && last) {
      // An empty message has one byte (RFC 7692 section 7.2.3.6), or what follows cannot be read.
      throw new DataFormatException("a compressed message without a byte");
    }
    if (spare != null && spare.hasRemaining()) {
      if (!target.hasRemaining()) {
        return NEED_ROOM;
      }
      target.put(spare);
      inflated++;
    }
    if (comesOut(live, source, target, max)) {
      return inflated >= max ? TOO_BIG : NEED_ROOM;
    }
    if (!last) {
      return NEED_INPUT;
    }
    requireEnd(live);
    return DONE;
  }

  /** Decompresses until the target is full or the source used up; returns whether there is more. */
  private boolean comesOut(Decompressor live, ByteBuffer source, ByteBuffer target, long max)
      throws DataFormatException {
    int room = (int) Math.min(target.remaining(), max - inflated);
    if (room > 0) {
      int limit = target.limit();
      int start = target.position();
      target.limit(start + room);
      ended = live.decompress(source, target);
      target.limit(limit);
      int n = target.position() - start;
      inflated += n;
      if (n < room) {
        return false;
      }
    }
    ByteBuffer beyond = spare(1);
    ended = live.decompress(source, beyond);
    return beyond.flip().hasRemaining();
  }

  /**
   * Makes sure that the message ended where a block does. What every message ends with is an empty
   * block, unless it was cut short. Beyond that a probe spoils the window, so it can be done only
   * where that is not needed any more; elsewhere the next message would not decompress.
   */
  private void requireEnd(Decompressor live) throws DataFormatException {
    tail.clear().position(ended ? TAIL_BYTES : 0);
    if (takeover) {
      tail.limit(TAIL_BYTES);
    }
    ByteBuffer out = spare(PROBED_BYTES + 1);
    if (tail.hasRemaining()) {
      live.decompress(tail, out);
    }
    int expected = takeover ? 0 : PROBED_BYTES;
    boolean asExpected =
        out.position() == expected && (takeover || (out.get(0) == 'o' && out.get(1) == 'k'));
    out.position(0).limit(0);
    if (!asExpected) {
      throw new DataFormatException("the message ends inside a block");
    }
  }

  private ByteBuffer spare(int room) {
    if (spare == null) {
      spare = ByteBuffer.allocate(PROBED_BYTES + 1);
    }
    return spare.clear().limit(room);
  }

  @Override
  public void reset() {
    if (used && decompressor != null) {
      decompressor.reset();
    }
    used = false;
  }

  @Override
  public void release() {
    Decompressor live = decompressor;
    if (live != null) {
      decompressor = null;
      EngineCount.decompressorClosed();
      live.close();
    }
  }
}
