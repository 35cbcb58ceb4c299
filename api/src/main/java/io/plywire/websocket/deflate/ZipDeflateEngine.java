// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The engine of the JDK: zlib, with a window of 32 KiB. */
final class ZipDeflateEngine implements DeflateEngine {
  static final ZipDeflateEngine INSTANCE = new ZipDeflateEngine();

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ZipDeflateEngine() {}

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public int minWindowBits() {
    return MAX_WINDOW_BITS;
  }

  @Override
  public boolean hasMemoryLevels() {
    return false;
  }

  @Override
  public Compressor compressor(int windowBits, int level, int memoryLevel) {
    if (windowBits != MAX_WINDOW_BITS || memoryLevel != DEFAULT_MEMORY_LEVEL) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the JDK compresses with window bits %d and memory level %d only, not with %d and %d",
              MAX_WINDOW_BITS,
              DEFAULT_MEMORY_LEVEL,
              windowBits,
              memoryLevel));
    }
    return new ZipCompressor(level);
  }

  @Override
  public Decompressor decompressor(int windowBits) {
    return new ZipDecompressor(); // its window is the largest, which fits every other
  }

  private static final class ZipCompressor implements Compressor {
    private final Deflater deflater;

    ZipCompressor(int level) {
      deflater = new Deflater(level, true);
    }

    @Override
    public boolean compress(ByteBuffer source, ByteBuffer target, boolean flush) {
      if (!target.hasRemaining()) {
        return !source.hasRemaining() && !flush;
      }
      deflater.setInput(source);
      try {
        deflater.deflate(target, flush ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
      } finally {
        deflater.setInput(NOTHING);
      }
      // zlib stops for want of room or because it is done. When the room just sufficed it does not
      // say which, and the next call finds out.
      return target.hasRemaining() || (!flush && !source.hasRemaining());
    }

    @Override
    public void reset() {
      deflater.reset();
    }

    @Override
    public void close() {
      deflater.end();
    }
  }

  private static final class ZipDecompressor implements Decompressor {
    private final Inflater inflater = new Inflater(true);
    private boolean ended;

    @Override
    public boolean decompress(ByteBuffer source, ByteBuffer target) throws DataFormatException {
      inflater.setInput(source);
      try {
        do {
          int start = source.position();
          int n = inflater.inflate(target);
          ended &= n == 0 && source.position() == start;
          if (inflater.finished()) {
            ended = true;
            inflater.reset();
            inflater.setInput(source);
          } else if (inflater.needsDictionary()) {
            throw new DataFormatException("a preset dictionary is asked for");
          } else if (n == 0) {
            break;
          }
          // With room left and no source nothing is held back; a call costs as much as 100 bytes.
        } while (target.hasRemaining() && source.hasRemaining());
        return ended;
      } finally {
        inflater.setInput(NOTHING);
      }
    }

    @Override
    public void reset() {
      inflater.reset();
      ended = false;
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
