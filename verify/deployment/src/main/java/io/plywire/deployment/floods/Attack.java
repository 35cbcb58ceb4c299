// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

/** A flood that goes on until it is closed. */
interface Attack extends AutoCloseable {
  /** Returns how many connections it has begun. */
  long attempts();

  @Override
  void close();
}
