// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/**
 * An engine that knows how many of its compressors and decompressors are alive, and whose
 * decompressors can be told to break.
 */
public final class CountingEngine implements DeflateEngine {
  private final DeflateEngine engine;
  private int compressors;
  private int decompressors;
  private int made;
  private boolean broken;

  public CountingEngine(DeflateEngine engine) {
    this.engine = engine;
  }

  /** Returns how many compressors have been made and not been closed. */
  public int compressors() {
    return compressors;
  }

  /** Returns how many decompressors have been made and not been closed. */
  public int decompressors() {
    return decompressors;
  }

  /** Lets all decompressors throw what they must not throw. */
  public void breakDecompressors() {
    broken = true;
  }

  /** Returns how many of both were made. */
  public int made() {
    return made;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public int minWindowBits() {
    return engine.minWindowBits();
  }

  @Override
  public boolean hasMemoryLevels() {
    return engine.hasMemoryLevels();
  }

  @Override
  public Compressor compressor(int windowBits, int level, int memoryLevel) {
    Compressor inner = engine.compressor(windowBits, level, memoryLevel);
    compressors++;
    made++;
    return new Compressor() {
      private boolean closed;

      @Override
      public boolean compress(ByteBuffer source, ByteBuffer target, boolean flush) {
        return inner.compress(source, target, flush);
      }

      @Override
      public void reset() {
        inner.reset();
      }

      @Override
      public void close() {
        inner.close();
        compressors -= closed ? 0 : 1;
        closed = true;
      }
    };
  }

  @Override
  public Decompressor decompressor(int windowBits) {
    Decompressor inner = engine.decompressor(windowBits);
    decompressors++;
    made++;
    return new Decompressor() {
      private boolean closed;

      @Override
      public boolean decompress(ByteBuffer source, ByteBuffer target) throws DataFormatException {
        if (broken) {
          throw new IllegalStateException("broken on purpose");
        }
        return inner.decompress(source, target);
      }

      @Override
      public void reset() {
        inner.reset();
      }

      @Override
      public void close() {
        inner.close();
        decompressors -= closed ? 0 : 1;
        closed = true;
      }
    };
  }
}
