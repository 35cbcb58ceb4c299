// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.spi.Trait;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is verified. One method has to be written, {@link #open}; the others say what the streams
 * promise beyond the contract, or help to get them into a state that their interface cannot.
 *
 * <p>Transport providers have {@link TransportSubject}, layers {@link LayerSubject}.
 */
public interface TckSubject {
  /** Returns the name for the report. */
  String name();

  /**
   * Makes a fresh connection. The kit closes both ends.
   *
   * @throws Exception if that fails, which fails the check
   */
  StreamPair open() throws Exception;

  /** Returns what the streams promise beyond the contract; each trait is put to the proof. */
  default Set<Trait> traits() {
    return Set.of();
  }

  /**
   * Returns the most bytes that one end accepts while the other does not read: buffers of both ends
   * and what lies between. The default is 64 MiB.
   */
  default long windowBytes() {
    return 64L << 20;
  }

  /**
   * Returns the longest that a teardown takes whose peer neither reads nor ends (N8.7): what it may
   * take to flush and to drain, together. The default is 30 seconds.
   */
  default Duration teardownBound() {
    return Duration.ofSeconds(30);
  }

  /**
   * Makes a fresh connection whose client, when it is closed, breaks the connection off: the server
   * sees a reset. Null, the default, leaves the rules of resets untested.
   *
   * @throws Exception if that fails, which fails the check
   */
  default @Nullable StreamPair openForReset() throws Exception {
    return null;
  }

  /** Returns the rules that are known not to be kept. */
  default List<Waiver> waivers() {
    return List.of();
  }
}
