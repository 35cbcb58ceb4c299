// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import java.io.IOException;

/** The suite could not be run to its end, whatever its verdicts. */
public final class SuiteException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what went wrong, and what to do about it
   */
  public SuiteException(String message) {
    super(message);
  }
}
