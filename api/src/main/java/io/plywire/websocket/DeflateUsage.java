// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.EngineCount;

/**
 * How many compressors and decompressors there are, of all connections of this JVM: those that a
 * connection keeps for its context takeover, and those that an executor's connections share, in use
 * or idle. Times what one takes ({@link io.plywire.websocket.deflate.DeflateOptions}) it is the
 * memory outside the heap that compression has.
 *
 * @param compressors how many compressors were made and not closed yet
 * @param decompressors how many decompressors were made and not closed yet
 */
public record DeflateUsage(int compressors, int decompressors) {
  /** Returns what there is now. Any thread may ask; it costs next to nothing. */
  public static DeflateUsage now() {
    return new DeflateUsage(EngineCount.compressors(), EngineCount.decompressors());
  }
}
