// SPDX-License-Identifier: Apache-2.0
package io.plywire.jzlib;

import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;

/**
 * An engine whose compressors can be held to every window of RFC 7692, from 256 bytes on, and to a
 * memory level.
 *
 * <p>Only for what the JDK's engine cannot do does it use jzlib, which is slower: a compressor with
 * the largest window and the default memory level is the JDK's, and so is every decompressor.
 *
 * <p>The memory of a compressor by jzlib depends on both parameters: about 10 KiB, and 4 bytes for
 * each byte of the window, and 512 bytes doubled once for each memory level. With a window of 512
 * bytes and memory level 4 that is 20 KiB in all, with 32 KiB and level 9 it is 394 KiB.
 *
 * @see io.plywire.websocket.deflate.DeflateOptions#withEngine
 */
public final class JzlibEngine implements DeflateEngine {
  /** Makes one. It has no state: one may serve a whole program. */
  public JzlibEngine() {}

  @Override
  public String name() {
    return "jzlib";
  }

  @Override
  public int minWindowBits() {
    return MIN_WINDOW_BITS;
  }

  @Override
  public boolean hasMemoryLevels() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The memory levels 1 to 3 are taken for 4.
   */
  @Override
  public Compressor compressor(int windowBits, int level, int memoryLevel) {
    require("window bits", windowBits, MIN_WINDOW_BITS, MAX_WINDOW_BITS);
    require("compression level", level, -1, 9);
    require("memory level", memoryLevel, 1, 9);
    if (windowBits == MAX_WINDOW_BITS && memoryLevel == DEFAULT_MEMORY_LEVEL) {
      return DeflateEngine.jdk().compressor(windowBits, level, memoryLevel);
    }
    return new JzlibCompressor(windowBits, level, memoryLevel);
  }

  @Override
  public Decompressor decompressor(int windowBits) {
    require("window bits", windowBits, MIN_WINDOW_BITS, MAX_WINDOW_BITS);
    return DeflateEngine.jdk().decompressor(windowBits);
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " " + value + " is not between " + min + " and " + max);
    }
  }
}
