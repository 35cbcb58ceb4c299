// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import java.util.List;

/** Broken transports: what is wrong shows while the stream lives. */
class BrokenOperationsTest extends BrokenTransports {
  static List<Broken> chosen() {
    return chosen(operations());
  }
}
