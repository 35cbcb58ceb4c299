// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's half of the opening handshake (RFC 6455 §4.2). */
public final class ServerHandshake {

  private ServerHandshake() {}

  /** Judges a request; null if it may be upgraded. The origin is judged by {@link #sameOrigin}. */
  public static @Nullable Violation validate(UpgradeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Tells whether the request has no Origin field, or one that names the host it is sent to. */
  public static boolean sameOrigin(UpgradeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns what the client offers, best first. */
  public static List<String> subprotocols(UpgradeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Tells whether the client waits for a 100 (Continue) response first. */
  public static boolean expectsContinue(UpgradeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns the 100 (Continue) response. */
  public static UpgradeResponse continueResponse() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the response that agrees to a valid request.
   *
   * @param request a request that {@link #validate} found right
   * @param subprotocol one that the client offered, or null
   * @param extensions the value of {@code Sec-WebSocket-Extensions}, or null for none
   */
  public static UpgradeResponse accept(
      UpgradeRequest request, @Nullable String subprotocol, @Nullable String extensions) {
    throw new UnsupportedOperationException();
  }

  /** Returns the response that tells the client why it is refused. */
  public static UpgradeResponse reject(Violation violation) {
    throw new UnsupportedOperationException();
  }
}
