// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses the messages that one side of a connection sends (RFC 7692 section 7.2.2), into
 * whatever room there is, and counts what comes out.
 *
 * <p>The decompressor exists from the first byte of a message to its end, or to the connection's
 * end if its window lasts from one message to the next.
 */
public final class MessageInflater {
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

  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  /** A stored block of one byte, which comes out as it is only where a block can begin. */
  private static final byte[] PROBE = {0, 1, 0, (byte) 0xFE, (byte) 0xFF, 'P'};

  private final DeflateEngine engine;
  private final int windowBits;
  private final boolean takeover;

  private @Nullable Decompressor decompressor;
  private final ByteBuffer tail = ByteBuffer.wrap(TAIL); // read only, and from here only
  private @Nullable ByteBuffer spare; // what came out when there was no room; made for the first
  private boolean empty;
  private boolean tailFed;
  private boolean ended; // with a block marked as the last one, which needs no tail
  private long inflated;
  private String detail = "";

  /** Makes one for the messages of a side. */
  public MessageInflater(DeflateEngine engine, DeflateParameters agreed, Role sender) {
    this.engine = engine;
    this.windowBits = agreed.windowBits(sender);
    this.takeover = agreed.contextTakeover(sender);
  }

  /** Tells whether a message has to be decompressed for the sake of those after it. */
  public boolean hasTakeover() {
    return takeover;
  }

  /** Begins a message. */
  public void beginMessage() {
    ended = false;
    if (!takeover) {
      release(); // the message before may not have been read to its end
    }
    empty = true;
    tailFed = false;
    tail.clear();
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
      decompressor = live;
    }
    try {
      int outcome = inflate(live, source, last, target, max > 0 ? max : Long.MAX_VALUE);
      if (outcome == DONE && !takeover) {
        probe(live);
        release();
      }
      return outcome;
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
    while (true) {
      if (tailFed ? comesOut(live, tail, target, max) : comesOut(live, source, target, max)) {
        return inflated >= max ? TOO_BIG : NEED_ROOM;
      }
      if (tailFed || (last && ended)) {
        return DONE;
      }
      if (!last) {
        return NEED_INPUT;
      }
      tailFed = true;
    }
  }

  /** Decompresses until the target is full or the input used up; returns whether there is more. */
  private boolean comesOut(Decompressor live, ByteBuffer input, ByteBuffer target, long max)
      throws DataFormatException {
    int room = (int) Math.min(target.remaining(), max - inflated);
    if (room > 0) {
      int limit = target.limit();
      int start = target.position();
      target.limit(start + room);
      ended = live.decompress(input, target);
      target.limit(limit);
      int n = target.position() - start;
      inflated += n;
      requireNoTail(n);
      if (n < room) {
        return false;
      }
    }
    ByteBuffer beyond = clearedSpare();
    ended = live.decompress(input, beyond);
    beyond.flip();
    requireNoTail(beyond.remaining());
    return beyond.hasRemaining();
  }

  /**
   * Makes sure that the message ended where a block does. That spoils the window, so it can be done
   * only where that is not needed any more; elsewhere the next message would not decompress.
   */
  private void probe(Decompressor live) throws DataFormatException {
    ByteBuffer probed = clearedSpare();
    live.decompress(ByteBuffer.wrap(PROBE), probed);
    probed.flip();
    if (!probed.hasRemaining() || probed.get() != 'P') {
      throw new DataFormatException("the message ends inside a block");
    }
  }

  private ByteBuffer clearedSpare() {
    if (spare == null) {
      spare = ByteBuffer.allocate(1);
    }
    return spare.clear();
  }

  /** What every message ends with is an empty block, unless the message was cut short. */
  private void requireNoTail(int bytes) throws DataFormatException {
    if (tailFed && bytes > 0) {
      throw new DataFormatException("the message ends inside a block");
    }
  }

  /** Frees what the engine holds. */
  public void release() {
    Decompressor live = decompressor;
    if (live != null) {
      decompressor = null;
      live.close();
    }
  }
}
