// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.ServerHandshake;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides whether a page may open a WebSocket to this server. Browsers let any page try and tell
 * the page's origin; programs that are no browser send what they like.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-10.2">RFC 6455 section 10.2</a>
 */
@FunctionalInterface
public interface OriginPolicy {
  /**
   * Judges a request.
   *
   * @param request the request; without an {@code Origin} field it comes from no page
   * @return whether to go on; otherwise it is answered with 403
   */
  boolean allows(UpgradeRequest request);

  /** Returns the default: a request that has an origin must have the one it is sent to. */
  static OriginPolicy sameOrigin() {
    return ServerHandshake::sameOrigin;
  }

  /** Returns the policy that asks nobody. Pages of other sites can then act for their visitors. */
  static OriginPolicy allowAny() {
    return request -> true;
  }

  /**
   * Returns the policy that allows these origins, the server's own, and requests without one.
   *
   * @param origins such as {@code https://example.com}
   */
  static OriginPolicy anyOf(String... origins) {
    Set<String> allowed = new TreeSet<>();
    for (String origin : origins) {
      allowed.add(origin.toLowerCase(Locale.ROOT));
    }
    return request -> {
      String origin = request.fields().first("Origin");
      return origin == null
          || allowed.contains(origin.toLowerCase(Locale.ROOT))
          || ServerHandshake.sameOrigin(request);
    };
  }
}
