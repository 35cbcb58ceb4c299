// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's half of the opening handshake (RFC 6455 §4.1). */
public final class ClientHandshake {

  /**
   * Makes the handshake of one connection.
   *
   * @param target path and query; begins with a slash
   * @param host the value of the {@code Host} field, with the port unless it is the default
   * @param key see {@link HandshakeKey#random()}
   * @param subprotocols what to offer, best first; may be empty
   * @param extensionOffer the value of {@code Sec-WebSocket-Extensions}, or null for none
   * @throws IllegalArgumentException if an argument cannot stand in a request
   */
  public ClientHandshake(
      String target,
      String host,
      String key,
      List<String> subprotocols,
      @Nullable String extensionOffer) {}

  /** Returns the request, whose fields a decorator may change before it is encoded. */
  public UpgradeRequest request() {
    throw new UnsupportedOperationException();
  }

  /** Returns the bytes of the request, ready to be read. */
  public ByteBuffer encode() {
    return HttpHead.encode(request());
  }

  /** Judges the answer to the request; null if the server agreed. */
  public @Nullable Violation validate(UpgradeResponse response) {
    throw new UnsupportedOperationException();
  }

  /** Returns the sub-protocol that a valid response chose, or null. */
  public static @Nullable String subprotocol(UpgradeResponse response) {
    throw new UnsupportedOperationException();
  }
}
