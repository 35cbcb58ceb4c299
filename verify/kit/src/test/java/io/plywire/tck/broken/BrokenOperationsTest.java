// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import java.util.List;

/** Half of the broken transports. */
class BrokenOperationsTest extends BrokenTransports {
  static List<Broken> chosen() {
    return chosen(operations());
  }
}
