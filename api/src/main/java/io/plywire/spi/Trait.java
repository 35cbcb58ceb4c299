// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

/**
 * What a provider promises beyond the contract of {@link io.plywire.stream.AsyncStream}. A declared
 * trait is proven by the TCK; an undeclared one is refused in a clean way.
 */
public enum Trait {
  /** Operations honour {@link io.plywire.stream.CancellationType#TOTAL}. */
  TOTAL_CANCELLATION,
  /** Operations honour {@link io.plywire.stream.CancellationType#PARTIAL}. */
  PARTIAL_CANCELLATION,
  /** A wait completes only when a read would make progress. */
  READINESS,
  /** The peer can end its side and still receive. */
  HALF_CLOSE,
  /** The provider can listen, not only connect. */
  LISTEN,
  /**
   * Endpoints name hosts of the Internet, and one with an IP address in place of the name leads to
   * the same: whoever connects may look the name up, and choose among the addresses.
   */
  ADDRESSES
}
