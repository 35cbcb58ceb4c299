// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

/** Whether a server asks its clients for certificates. */
public enum ClientAuth {
  /** Does not ask. */
  NONE,
  /** Asks, and goes on without one. A certificate that is shown must be trusted. */
  WANT,
  /** Asks, and refuses a client without one. */
  NEED
}
