// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import io.plywire.tests.support.Network;

/** A WebSocket over the in-memory transport. */
class MemoryStreamTest extends StreamSuite {
  MemoryStreamTest() {
    super(Network.Kind.MEMORY);
  }
}
