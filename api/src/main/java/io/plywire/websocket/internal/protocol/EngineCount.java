// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/**
 * How many compressors and decompressors there are, all connections together. A lock is enough: to
 * make one of them takes longer than anybody holds it.
 */
public final class EngineCount {
  private static int compressors;
  private static int decompressors;

  private EngineCount() {}

  /** Returns how many compressors were made and not closed. */
  public static synchronized int compressors() {
    return compressors;
  }

  /** Returns how many decompressors were made and not closed. */
  public static synchronized int decompressors() {
    return decompressors;
  }

  static synchronized void compressorMade() {
    compressors++;
  }

  static synchronized void compressorClosed() {
    compressors--;
  }

  static synchronized void decompressorMade() {
    decompressors++;
  }

  static synchronized void decompressorClosed() {
    decompressors--;
  }
}
