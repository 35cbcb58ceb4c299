// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import io.plywire.tests.support.Network;

/** A WebSocket over Unix-domain sockets. */
class UnixStreamTest extends StreamSuite {
  UnixStreamTest() {
    super(Network.Kind.UNIX);
  }
}
