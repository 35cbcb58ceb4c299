// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import java.util.List;

/** Broken transports: what is wrong shows in the end, or in a whole conversation. */
class BrokenEndingsTest extends BrokenTransports {
  static List<Broken> chosen() {
    return chosen(endings());
  }
}
