// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.util.concurrent.atomic.AtomicInteger;

/** How many compressors and decompressors there are, all connections together. */
public final class EngineCount {
  private static final AtomicInteger COMPRESSORS = new AtomicInteger();
  private static final AtomicInteger DECOMPRESSORS = new AtomicInteger();

  private EngineCount() {}

  /** Returns how many compressors were made and not closed. */
  public static int compressors() {
    return COMPRESSORS.get();
  }

  /** Returns how many decompressors were made and not closed. */
  public static int decompressors() {
    return DECOMPRESSORS.get();
  }

  static void compressorMade() {
    COMPRESSORS.incrementAndGet();
  }

  static void compressorClosed() {
    COMPRESSORS.decrementAndGet();
  }

  static void decompressorMade() {
    DECOMPRESSORS.incrementAndGet();
  }

  static void decompressorClosed() {
    DECOMPRESSORS.decrementAndGet();
  }
}
