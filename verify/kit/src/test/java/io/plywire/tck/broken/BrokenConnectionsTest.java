// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import java.util.List;

/** The other half of the broken transports. */
class BrokenConnectionsTest extends BrokenTransports {
  static List<Broken> chosen() {
    return chosen(connections());
  }
}
