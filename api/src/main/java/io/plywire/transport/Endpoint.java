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
 * <p>A URI is taken apart first, then its parts are decoded, each once: the path of a socket, a
 * name in memory. A colon in the path of a socket is written {@code %3A}, since the first one that
 * stands there ends the path. The target is not decoded: it is sent as it is written (RFC 3986
 * section 2.4), with what is outside ASCII percent-encoded in UTF-8 (RFC 3987 section 3.1).
 *
 * <p>Names of hosts are converted to ASCII by {@link java.net.IDN}: {@code bücher.example} becomes
 * {@code xn--bcher-kva.example}. IPv6 addresses may have a zone, as {@code [fe80::1%eth0]} or, as
 * RFC 6874 has it, {@code [fe80::1%25eth0]}; only the socket gets to see it.
 *
 * <p>What cannot be an endpoint is refused here, not when it is used. Every endpoint can be written
 * as a URI and comes back from it: {@code Endpoint.parse(e.toString()).equals(e)}.
 *
 * @param transport the scheme without security, which chooses the transport: {@code ws}, {@code
 *     ws+unix}, {@code ws+memory}, or one that a provider brings
 * @param secure whether TLS goes between the transport and the WebSocket
 * @param address the host name in ASCII, or the IPv4 or IPv6 address, without brackets and with its
 *     zone behind a {@code %}; or the path; or the name
 * @param port the TCP port, or -1 where there are no ports
 * @param target what the upgrade request asks for: path and query, percent-encoded, never empty
 */
public record Endpoint(String transport, boolean secure, String address, int port, String target) {
  static final String UNIX = "ws+unix";
  static final String TCP = "ws";

  /**
   * Checks the parts, and brings address and target into the form they are described in.
   *
   * @throws IllegalArgumentException if a part cannot be what it is meant for, such as a target
   *     with a space or a path that is relative
   */
  public Endpoint {
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(target, "target");
    if (!transport.equals(TCP) && !isProvidersScheme(transport)) {
      throw new IllegalArgumentException(
          "transport '" + transport + "' is neither ws nor of the form ws+name in lower case");
    }
    if (port < -1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    target = encodeTarget(target);
    UriText.requirePairs(address);
    switch (transport) {
      case TCP -> {
        if (port < 0) {
          throw new IllegalArgumentException(
              "'" + address + "' has no port; the scheme's own is " + (secure ? 443 : 80));
        }
        address = HostName.isIpv6(address) ? address : HostName.toAscii(address);
      }
      case UNIX -> {
        if (port >= 0) {
          throw new IllegalArgumentException(
              "port " + port + " has no meaning for a Unix-domain socket; it is -1 there");
        }
        address = socketPath(address);
      }
      default -> {
        if (address.isEmpty()) {
          throw new IllegalArgumentException("it names no host");
        }
      }
    }
  }

  private static String socketPath(String path) {
    if (!path.startsWith("/") && !path.matches("[A-Za-z]:[/\\\\].*")) { // a drive of Windows
      throw new IllegalArgumentException(
          "the path of the socket must be absolute, as in ws+unix:/run/app.sock:/chat, but is '"
              + path
              + "'");
    }
    if (path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the path of a socket cannot have the character U+0000");
    }
    return path.replaceFirst("^/+", "/");
  }

  static boolean isScheme(String text) {
    return Character.isLetter(text.charAt(0))
        && text.chars().allMatch(c -> UriText.isAsciiLetterOrDigit(c) || "+-.".indexOf(c) >= 0);
  }

  private static boolean isProvidersScheme(String text) {
    return text.startsWith("ws+")
        && text.length() > 3
        && isScheme(text)
        && text.equals(text.toLowerCase(Locale.ROOT));
  }

  /** Commas are left out: they would part the values of a field. */
  private static boolean standsInName(int c) {
    return UriText.isUnreserved(c) || "!$&'()*+;=".indexOf(c) >= 0;
  }

  private static boolean standsInPath(int c) {
    return UriText.isUnreserved(c) || "/@!$&'()*+,;=".indexOf(c) >= 0;
  }

  /**
   * Takes an endpoint from its URI.
   *
   * @param uri as in the class comment
   * @throws IllegalArgumentException if a part is missing or does not belong there
   */
  public static Endpoint parse(String uri) {
    return EndpointParser.parse(uri);
  }

  /**
   * Takes an endpoint from its URI.
   *
   * @param uri as in the class comment
   * @throws IllegalArgumentException if a part is missing or does not belong there
   */
  public static Endpoint of(URI uri) {
    return parse(uri.toString());
  }

  /**
   * Returns whether the address is one of numbers alone, IPv4 or IPv6 without a zone, so that
   * nothing has to be looked up.
   */
  public boolean isIpAddress() {
    return transport.equals(TCP) && HostName.isAddress(address);
  }

  /**
   * Returns a copy with another address.
   *
   * @param other as {@link #address()}
   * @throws IllegalArgumentException if it cannot be one
   */
  public Endpoint withAddress(String other) {
    return new Endpoint(transport, secure, other, port, target);
  }

  /**
   * Returns a target as it is sent: characters outside ASCII are percent-encoded in UTF-8 (RFC 3987
   * section 3.1), and all others stay as they are.
   *
   * @param target path and query; begins with a slash
   * @throws IllegalArgumentException if it cannot be sent: it does not begin with a slash, has a
   *     fragment, a percent sign without two hex digits behind it, or a character that stands in no
   *     URI, such as a space
   */
  public static String encodeTarget(String target) {
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException("target '" + target + "' does not start with '/'");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '#' || !UriText.mayStand(c)) {
        throw new IllegalArgumentException(
            "target '"
                + target
                + "' has the character "
                + UriText.show(c)
                + " at index "
                + i
                + ", which cannot be sent; as data it is written "
                + UriText.percentEncoded(c));
      }
    }
    UriText.requirePairs(target);
    UriText.requireTriplets(target);
    return UriText.encode(target, c -> c < 0x80);
  }

  /**
   * Returns the host without port and zone: what a certificate must be for, and what TLS asks the
   * server for; {@code localhost} for Unix-domain sockets.
   */
  public String host() {
    if (transport.equals(UNIX)) {
      return "localhost";
    }
    return HostName.isIpv6(address) ? HostName.withoutZone(address) : address;
  }

  /**
   * Returns the value of the {@code Host} field for the upgrade request: host and port, the port
   * left out when it is the scheme's own, and never a zone (RFC 6874 section 4); {@code localhost}
   * for Unix-domain sockets.
   */
  public String hostField() {
    boolean defaultPort = port < 0 || port == (secure ? 443 : 80);
    String host =
        HostName.isIpv6(address)
            ? "[" + HostName.withoutZone(address) + "]"
            : UriText.encode(host(), Endpoint::standsInName);
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

  /** Returns the same endpoint without a query, for logs: what stands in one is often a secret. */
  public Endpoint withoutQuery() {
    int query = target.indexOf('?');
    return query < 0
        ? this
        : new Endpoint(transport, secure, address, port, target.substring(0, query));
  }

  /** Returns the URI of this endpoint. */
  @Override
  public String toString() {
    String scheme = secure ? "wss" + transport.substring(2) : transport;
    if (transport.equals(UNIX)) {
      return scheme
          + ":"
          + UriText.encode(address, Endpoint::standsInPath)
          + (target.equals("/") ? "" : ":" + target);
    }
    return scheme + "://" + hostText() + (port < 0 ? "" : ":" + port) + target;
  }

  private String hostText() {
    if (!HostName.isIpv6(address)) {
      return UriText.encode(address, Endpoint::standsInName);
    }
    String plain = HostName.withoutZone(address);
    String zone = address.substring(plain.length());
    return "["
        + plain
        + (zone.isEmpty() ? "" : "%25" + UriText.encode(zone.substring(1), UriText::isUnreserved))
        + "]";
  }
}
