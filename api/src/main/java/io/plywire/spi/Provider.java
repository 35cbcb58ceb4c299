// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import java.util.Set;

/**
 * What {@link java.util.ServiceLoader} finds (P1 in the rules of {@code tck/SPEC.md}). A provider
 * is created often and must be cheap: threads and native libraries come with first use.
 */
public interface Provider {
  /** The version of this SPI. A provider built for another one is refused with a reason. */
  int SPI_VERSION = 1;

  /** Returns the unique lower-case name, for example {@code nio}. */
  String name();

  /**
   * Returns the {@link #SPI_VERSION} the provider was compiled against: a literal, not the
   * constant.
   */
  int spiVersion();

  /** Returns the rank among providers for the same scheme; the highest wins. */
  default int priority() {
    return 0;
  }

  /** Tells whether the provider can work here. Cheap, repeatable, never throws. */
  Availability availability();

  /** Returns what the streams of this provider promise beyond the contract. */
  Set<Trait> traits();
}
