// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import java.util.random.RandomGenerator;

/** Chance that always chooses the longest wait. */
final class Latest implements RandomGenerator {
  @Override
  public long nextLong() {
    return -1;
  }

  @Override
  public long nextLong(long bound) {
    return bound - 1;
  }
}
