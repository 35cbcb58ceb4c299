// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

/**
 * No provider can do what was asked for. The message says what was found and why each was refused.
 */
public final class ProviderException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was asked for, what was found, and what can be done
   */
  public ProviderException(String message) {
    super(message);
  }
}
