// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import org.jspecify.annotations.Nullable;

/**
 * Requests that ask for no WebSocket (RFC 9112): no more of HTTP than browsers, health checks and
 * balancers need.
 */
public final class PlainRequest {
  private static final String HTTP_1_0 = "HTTP/1.0";

  private PlainRequest() {}

  /** Tells whether a request, right or wrong, is meant to open a WebSocket. */
  public static boolean asksForUpgrade(UpgradeRequest request) {
    HttpFields fields = request.fields();
    return fields.containsToken("Upgrade", "websocket")
        || fields.contains("Sec-WebSocket-Key")
        || fields.contains("Sec-WebSocket-Version");
  }

  /**
   * Judges a request that is not.
   *
   * @return null if the application may answer it
   */
  public static @Nullable Violation validate(UpgradeRequest request) {
    String version = request.version();
    if (!version.equals(HttpHead.HTTP_1_1) && !version.equals(HTTP_1_0)) {
      return new Violation(
          WebSocketError.BAD_HTTP_VERSION, version + " instead of " + HttpHead.HTTP_1_1);
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return new Violation(WebSocketError.BAD_METHOD, request.method() + " instead of GET or HEAD");
    }
    Violation target = ServerHandshake.validateTarget(request);
    if (target != null) {
      return target;
    }
    boolean hostless = version.equals(HTTP_1_0) && request.authority() == null;
    Violation host = hostless ? null : ServerHandshake.validateHost(request);
    return host != null ? host : ServerHandshake.validateNoBody(request.fields());
  }

  /** Tells whether the client may ask for more after the answer (RFC 9112 §9.3). */
  public static boolean persists(UpgradeRequest request) {
    return request.version().equals(HttpHead.HTTP_1_1)
        && !request.fields().containsToken("Connection", "close");
  }

  /** Tells whether the answer has no body, though it says how long that would be. */
  public static boolean isHead(UpgradeRequest request) {
    return request.method().equals("HEAD");
  }
}
