// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import io.plywire.tests.support.Network;

/** A WebSocket over TCP. */
class TcpStreamTest extends StreamSuite {
  TcpStreamTest() {
    super(Network.Kind.TCP);
  }
}
