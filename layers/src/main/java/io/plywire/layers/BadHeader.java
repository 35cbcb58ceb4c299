// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

/** Why the first bytes of a connection are no header; a signal within this package. */
final class BadHeader extends Exception {
  private static final long serialVersionUID = 1L;

  BadHeader(String message) {
    super(message, null, false, false);
  }
}
