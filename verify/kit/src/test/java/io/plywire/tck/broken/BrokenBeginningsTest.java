// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import java.util.List;

/** Broken transports: what is wrong shows before there is a stream. */
class BrokenBeginningsTest extends BrokenTransports {
  static List<Broken> chosen() {
    return chosen(beginnings());
  }
}
