// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

/** A check cannot be carried out on this subject; the message says why. */
public final class Untested extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Untested(String why) {
    super(why);
  }
}
