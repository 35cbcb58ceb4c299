// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.transport.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where a server sends a client that asked for a WebSocket (RFC 9110 section 15.4). */
final class Redirect {
  /** Fields that say who the client is. */
  static final List<String> CREDENTIALS = List.of("Authorization", "Cookie", "Proxy-Authorization");

  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

  private Redirect() {}

  static boolean is(int status) {
    return STATUSES.contains(status);
  }

  /** Tells whether credentials for one are meant for the other, too (RFC 6454). */
  static boolean isSameOrigin(Endpoint one, Endpoint other) {
    return one.transport().equals(other.transport())
        && one.secure() == other.secure()
        && one.address().equalsIgnoreCase(other.address())
        && one.port() == other.port();
  }

  /**
   * Returns where to go on.
   *
   * @throws IllegalArgumentException saying why not
   */
  static Endpoint target(Endpoint from, UpgradeResponse response) {
    List<String> values = response.fields().all("Location");
    if (values.size() != 1) {
      throw new IllegalArgumentException(
          values.isEmpty() ? "it does not say where to" : "it names several places: " + values);
    }
    String location = values.get(0);
    Endpoint to;
    try {
      to = resolve(from, new URI(location));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("the location is no URI: " + location, e);
    }
    if (from.secure() && !to.secure()) {
      throw new IllegalArgumentException("it leads from a secure place to one that is not: " + to);
    }
    return to;
  }

  private static Endpoint resolve(Endpoint from, URI location) {
    if (location.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the location has a user's name in it");
    }
    if (location.getScheme() == null && location.getRawAuthority() == null) {
      URI path = URI.create("http://host" + from.target()).resolve(location);
      return new Endpoint(
          from.transport(), from.secure(), from.address(), from.port(), target(path));
    }
    if (location.getRawAuthority() == null) {
      throw new IllegalArgumentException("the location names no host: " + location);
    }
    if (!from.transport().equals("ws")) {
      throw new IllegalArgumentException(
          "it leads away from " + from.transport() + ": " + location);
    }
    String scheme =
        location.getScheme() == null
            ? from.secure() ? "wss" : "ws"
            : switch (location.getScheme().toLowerCase(Locale.ROOT)) {
              case "ws", "http" -> "ws";
              case "wss", "https" -> "wss";
              default ->
                  throw new IllegalArgumentException(
                      "the location is of another kind: " + location);
            };
    return Endpoint.parse(scheme + "://" + location.getRawAuthority() + target(location));
  }

  private static String target(URI location) {
    String path = location.getRawPath();
    String query = location.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }
}
