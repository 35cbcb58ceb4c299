// SPDX-License-Identifier: Apache-2.0
package io.plywire.jzlib;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.JZlib;
import io.plywire.websocket.deflate.Compressor;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A compressor by jzlib. Bytes go through two small arrays of its own, as jzlib takes no buffers.
 */
final class JzlibCompressor implements Compressor {
  private static final int CHUNK = 2048;
  private static final byte[] NOTHING = {};

  /**
   * zlib's smallest window is one of 9 bits. A match never reaches further back than the window
   * less 262 bytes, which are 250: it fits a window of 8 bits.
   */
  private static final int MIN_BITS = 9;

  /**
   * Of the memory that holds the matches of a block, the compressed block overwrites what it has
   * used up: there are 24 bits for each match, and as many again for a third of them in advance. A
   * match takes less than that on average, but at the lower levels blocks are so short that the
   * codes in front of them make the difference, and matches are overwritten before they are used.
   */
  private static final int MIN_MEMORY_LEVEL = 4;

  private final int windowBits;
  private final int level;
  private final int memoryLevel;
  private final Deflater deflater = new Deflater();
  private byte[] in = new byte[CHUNK];
  private byte[] out = new byte[CHUNK];
  private int outStart;
  private int outEnd;
  private boolean flushed; // nothing was taken since the last flush

  JzlibCompressor(int windowBits, int level, int memoryLevel) {
    this.windowBits = Math.max(windowBits, MIN_BITS);
    this.level = level;
    this.memoryLevel = Math.max(memoryLevel, MIN_MEMORY_LEVEL);
    begin();
  }

  /** Begins anew. jzlib has nothing less than that: it makes all of its arrays. */
  private void begin() {
    int status = deflater.init(level, windowBits, memoryLevel, JZlib.W_NONE);
    if (status != JZlib.Z_OK) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "jzlib refuses window bits %d, level %d, memory level %d with %d: %s",
              windowBits,
              level,
              memoryLevel,
              status,
              deflater.getMessage()));
    }
  }

  @Override
  public boolean compress(ByteBuffer source, ByteBuffer target, boolean flush) {
    while (true) {
      drain(target);
      if (deflater.getAvailIn() == 0) {
        fill(source);
      }
      boolean takenAll = deflater.getAvailIn() == 0 && !source.hasRemaining();
      if (outStart < outEnd) {
        return takenAll && !flush;
      }
      if (takenAll && (!flush || flushed)) {
        return true;
      }
      deflate(flush && !source.hasRemaining());
    }
  }

  private void fill(ByteBuffer source) {
    int n = Math.min(source.remaining(), in.length);
    if (n > 0) {
      source.get(in, 0, n);
      deflater.setInput(in, 0, n, false);
      flushed = false;
    }
  }

  private void drain(ByteBuffer target) {
    int n = Math.min(target.remaining(), outEnd - outStart);
    target.put(out, outStart, n);
    outStart += n;
  }

  /** Fills the empty array for output, or leaves room in it when all is done. */
  private void deflate(boolean flush) {
    deflater.setOutput(out, 0, out.length);
    int status = deflater.deflate(flush ? JZlib.Z_SYNC_FLUSH : JZlib.Z_NO_FLUSH);
    if (status != JZlib.Z_OK) {
      throw new IllegalStateException("jzlib fails with " + status + ": " + deflater.getMessage());
    }
    outStart = 0;
    outEnd = deflater.getNextOutIndex();
    flushed = flush && deflater.getAvailOut() > 0;
  }

  @Override
  public void reset() {
    deflater.end();
    begin();
    deflater.setInput(NOTHING, 0, 0, false);
    outStart = 0;
    outEnd = 0;
    flushed = false;
  }

  @Override
  public void close() {
    deflater.end();
    in = NOTHING;
    out = NOTHING;
  }
}
