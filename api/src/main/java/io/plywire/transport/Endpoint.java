// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a WebSocket lives, taken from a URI:
 *
 * <ul>
 *   <li>{@code ws://host[:port][/path][?query]}, {@code wss://…}: TCP; ports default to 80 and 443;
 *   <li>{@code ws+unix:/path.sock[:/target]}, {@code wss+unix:…}: a Unix-domain socket;
 *   <li>{@code ws+memory://name[/target]}, {@code wss+memory://…}: a named endpoint in this JVM.
 * </ul>
 *
 * @param transport the scheme without security, which chooses the transport: {@code ws}, {@code
 *     ws+unix}, {@code ws+memory}, or one that a provider brings
 * @param secure whether TLS goes between the transport and the WebSocket
 * @param address the host name or literal, without brackets; or the path; or the name
 * @param port the TCP port, or -1 where there are no ports
 * @param target what the upgrade request asks for: path and query, never empty
 */
public record Endpoint(String transport, boolean secure, String address, int port, String target) {
  private static final String UNIX = "ws+unix";
  private static final String TCP = "ws";

  /** Checks the parts. */
  public Endpoint {
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(target, "target");
    if (port < -1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("target '" + target + "' does not start with '/'");
    }
  }

  /**
   * Takes an endpoint from its URI.
   *
   * @param uri as in the class comment
   * @throws IllegalArgumentException if a part is missing or does not belong there
   */
  public static Endpoint parse(String uri) {
    return of(URI.create(uri));
  }

  /**
   * Takes an endpoint from its URI.
   *
   * @param uri as in the class comment
   * @throws IllegalArgumentException if a part is missing or does not belong there
   */
  public static Endpoint of(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw refused(uri, "it has no scheme; try ws://");
    }
    scheme = scheme.toLowerCase(Locale.ROOT);
    if (!scheme.equals("ws")
        && !scheme.equals("wss")
        && !scheme.startsWith("ws+")
        && !scheme.startsWith("wss+")) {
      throw refused(
          uri, "the scheme '" + scheme + "' is none of a WebSocket's; try ws:// or wss://");
    }
    boolean secure = scheme.startsWith("wss");
    String transport = secure ? "ws" + scheme.substring(3) : scheme;
    if (uri.getRawFragment() != null) {
      throw refused(uri, "a fragment has no meaning here (RFC 6455 section 3)");
    }
    return transport.equals(UNIX) ? unix(uri, secure) : withHost(uri, transport, secure);
  }

  private static Endpoint unix(URI uri, boolean secure) {
    // The path of the socket ends at the first ':', what follows is the target.
    String rest = uri.getSchemeSpecificPart();
    if (!rest.startsWith("/")) {
      throw refused(
          uri, "the path of the socket must be absolute, as in ws+unix:/run/app.sock:/chat");
    }
    rest = rest.replaceFirst("^/+", "/");
    int colon = rest.indexOf(':');
    String path = colon < 0 ? rest : rest.substring(0, colon);
    String target = colon < 0 || colon == rest.length() - 1 ? "/" : rest.substring(colon + 1);
    return new Endpoint(UNIX, secure, path, -1, target);
  }

  private static Endpoint withHost(URI uri, String transport, boolean secure) {
    if (uri.getRawUserInfo() != null) {
      throw refused(uri, "user information has no meaning here; send an Authorization header");
    }
    String host = uri.getHost();
    int port = uri.getPort();
    if (host == null && !transport.equals(TCP)) {
      host = uri.getRawAuthority(); // names in memory need not be host names
    }
    if (host == null || host.isEmpty()) {
      throw refused(uri, "it names no host");
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (transport.equals(TCP) && port < 0) {
      port = secure ? 443 : 80;
    }
    String path = uri.getRawPath();
    String target = path == null || path.isEmpty() ? "/" : path;
    if (uri.getRawQuery() != null) {
      target += "?" + uri.getRawQuery();
    }
    return new Endpoint(transport, secure, host, port, target);
  }

  private static IllegalArgumentException refused(URI uri, String why) {
    return new IllegalArgumentException("'" + uri + "' is not a WebSocket URI: " + why);
  }

  /**
   * Returns the value of the {@code Host} field for the upgrade request: host and port, the port
   * left out when it is the scheme's own; {@code localhost} for Unix-domain sockets.
   */
  public String hostField() {
    if (transport.equals(UNIX)) {
      return "localhost";
    }
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    boolean defaultPort = port < 0 || port == (secure ? 443 : 80);
    return defaultPort ? host : host + ":" + port;
  }

  /**
   * Returns the same endpoint with another port.
   *
   * @param actual the port
   */
  public Endpoint withPort(int actual) {
    return new Endpoint(transport, secure, address, actual, target);
  }

  /** Returns the URI of this endpoint. */
  @Override
  public String toString() {
    String scheme = secure ? "wss" + transport.substring(2) : transport;
    if (transport.equals(UNIX)) {
      return scheme + ":" + address + (target.equals("/") ? "" : ":" + target);
    }
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return scheme + "://" + host + (port < 0 ? "" : ":" + port) + target;
  }
}
