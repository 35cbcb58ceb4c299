// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import java.util.Objects;

/**
 * Whether a provider can work here, and why (not).
 *
 * @param available whether it can be used
 * @param reason one line for a report: a version, or what is missing
 */
public record Availability(boolean available, String reason) {
  /** Checks the reason. */
  public Availability {
    Objects.requireNonNull(reason, "reason");
  }

  /**
   * Returns that the provider works.
   *
   * @param detail for example the version of its engine
   */
  public static Availability yes(String detail) {
    return new Availability(true, detail);
  }

  /**
   * Returns that the provider does not work here.
   *
   * @param reason what is missing
   */
  public static Availability no(String reason) {
    return new Availability(false, reason);
  }
}
