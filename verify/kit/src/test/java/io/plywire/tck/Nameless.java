// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.stream.AsyncStream;
import io.plywire.tck.broken.Bent;

/** A stream that calls itself by nothing but its class. */
final class Nameless extends Bent {
  Nameless(AsyncStream inner) {
    super(inner);
  }

  @Override
  public String toString() {
    return getClass().getName() + "@" + Integer.toHexString(hashCode());
  }
}
