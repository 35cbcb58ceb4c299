// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

/** A call that has not returned yet; compared by identity, since calls of the same kind abound. */
final class Call {
  private final String what;
  private final long begun;

  Call(String what, long begun) {
    this.what = what;
    this.begun = begun;
  }

  String what() {
    return what;
  }

  /** Returns when, as {@link System#nanoTime} tells it. */
  long begun() {
    return begun;
  }
}
