// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.server;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;

/** A WebSocket whose opening handshake was somebody else's, such as a container's. */
public final class UpgradedElsewhere {
  private UpgradedElsewhere() {}

  /** Goes on where the handshake has ended. */
  public static WebSocketStream open(
      AsyncStream connection, UpgradeResponse sent, ByteBuffer receivedBehindIt) {
    Upgraded by = Upgraded.as(Role.SERVER).withAnswer(sent).withReceived(receivedBehindIt);
    return new WebSocketStream(connection, WebSocketOptions.defaults(), by);
  }
}
