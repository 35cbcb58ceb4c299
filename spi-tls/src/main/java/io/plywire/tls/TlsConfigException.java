// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot work: material that cannot be read, a key that does not belong to its
 * certificate, an engine that is missing or cannot do what is asked for. The message says which
 * setting and what to do.
 */
public final class TlsConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message which setting cannot work, and why; without secrets
   */
  public TlsConfigException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message which setting cannot work, and why; without secrets
   * @param cause the failure below this one, or null
   */
  public TlsConfigException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
