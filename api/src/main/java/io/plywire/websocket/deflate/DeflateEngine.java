// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

/**
 * Makes what permessage-deflate compresses and decompresses with (RFC 1951, without the wrapping of
 * zlib or gzip).
 *
 * <p>The JDK's own engine compresses with a window of 32 KiB only. For peers that ask for smaller
 * ones, an application adds the module {@code plywire-spi-jzlib} and names its engine in {@link
 * io.plywire.websocket.deflate.DeflateOptions#withEngine}. Decompressing works with every window.
 *
 * <p>Without context takeover, what it makes serves one message after the other, of all connections
 * of an executor, and is {@linkplain Compressor#reset reset} in between. What has thrown is closed
 * and not used again.
 *
 * <p>Thread safety: an engine may be used by any thread; what it makes is for one at a time.
 * Engines that are equal make the same.
 */
public interface DeflateEngine {
  /** The smallest window of RFC 7692, as a power of two: 256 bytes. */
  int MIN_WINDOW_BITS = 8;

  /** The largest window of RFC 1951, as a power of two: 32 KiB. */
  int MAX_WINDOW_BITS = 15;

  /** What zlib uses unless told otherwise. */
  int DEFAULT_MEMORY_LEVEL = 8;

  /**
   * Returns the JDK's engine, {@link java.util.zip.Deflater} and {@link java.util.zip.Inflater}.
   */
  static DeflateEngine jdk() {
    return ZipDeflateEngine.INSTANCE;
  }

  /** Returns the name, for messages. */
  String name();

  /** Returns the smallest window a compressor can be held to, as a power of two: 8 to 15. */
  int minWindowBits();

  /** Tells whether compressors heed a memory level other than {@link #DEFAULT_MEMORY_LEVEL}. */
  boolean hasMemoryLevels();

  /**
   * Makes a compressor with an empty window.
   *
   * @param windowBits the size of the window as a power of two: {@link #minWindowBits} to 15
   * @param level 0 (none) to 9 (best), or -1 for the engine's choice
   * @param memoryLevel 1 (least) to 9
   */
  Compressor compressor(int windowBits, int level, int memoryLevel);

  /**
   * Makes a decompressor with an empty window.
   *
   * @param windowBits the largest window the other side uses, as a power of two: 8 to 15
   */
  Decompressor decompressor(int windowBits);
}
