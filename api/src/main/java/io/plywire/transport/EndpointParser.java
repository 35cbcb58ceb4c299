// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.util.Locale;

/** Takes URIs of WebSockets apart; every refusal quotes the URI and says why. */
final class EndpointParser {
  private final String uri;

  private EndpointParser(String uri) {
    this.uri = uri;
  }

  static Endpoint parse(String uri) {
    EndpointParser parser = new EndpointParser(uri);
    try {
      return parser.parse();
    } catch (Refusal e) {
      throw e;
    } catch (IllegalArgumentException e) { // of a part, by the endpoint itself
      throw parser.refused(String.valueOf(e.getMessage()));
    }
  }

  private static final class Refusal extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  private Refusal refused(String why) {
    return new Refusal("'" + withoutSecret() + "' is not a WebSocket URI: " + why);
  }

  /** What stands before an '@' may be a password, and errors are logged. */
  private String withoutSecret() {
    return uri.replaceFirst("^([^/]*//)[^/?#]*@", "$1…@");
  }

  private Endpoint parse() {
    int colon = uri.indexOf(':');
    if (colon < 1 || !Endpoint.isScheme(uri.substring(0, colon))) {
      throw refused("it has no scheme; try ws://");
    }
    String scheme = uri.substring(0, colon).toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("wss") || scheme.startsWith("wss+");
    String transport = secure ? "ws" + scheme.substring(3) : scheme;
    if (!transport.equals(Endpoint.TCP) && !transport.startsWith("ws+")) {
      throw refused("the scheme '" + scheme + "' is none of a WebSocket's; try ws:// or wss://");
    }
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (!UriText.mayStand(c)) {
        throw refused(
            "the character "
                + UriText.show(c)
                + " at index "
                + i
                + " cannot stand in a URI; as data it is written "
                + UriText.percentEncoded(c));
      }
    }
    UriText.requirePairs(uri);
    if (uri.indexOf('#') >= 0) {
      throw refused("a fragment has no meaning here (RFC 6455 section 3)");
    }
    String rest = uri.substring(colon + 1);
    return transport.equals(Endpoint.UNIX) ? unix(rest, secure) : withHost(rest, transport, secure);
  }

  // ---- the path of a socket, and a target

  private Endpoint unix(String rest, boolean secure) {
    // The path ends at the first ':', what follows is the target; so they are told apart before
    // anything is decoded (RFC 3986 section 2.4).
    int colon = rest.indexOf(':');
    String path = colon < 0 ? rest : rest.substring(0, colon);
    if (path.indexOf('?') >= 0) {
      throw refused(
          "a query belongs to a target, as in ws+unix:/run/app.sock:/chat?q; a '?' in the path of"
              + " the socket is written %3F");
    }
    String target = colon < 0 || colon == rest.length() - 1 ? "/" : rest.substring(colon + 1);
    return new Endpoint(Endpoint.UNIX, secure, UriText.decode(path), -1, target);
  }

  // ---- host, port and target

  private Endpoint withHost(String rest, String transport, boolean secure) {
    if (!rest.startsWith("//")) {
      throw refused("it names no host");
    }
    int end = 2;
    while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
      end++;
    }
    String authority = rest.substring(2, end);
    if (authority.indexOf('@') >= 0) {
      throw refused("user information has no meaning here; send an Authorization header");
    }
    if (HostName.isIpv6(authority)) {
      throw refused("an IPv6 address stands in brackets, as in ws://[::1]:8080/");
    }
    int hostEnd = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    if (authority.startsWith("[") && hostEnd == 0) {
      throw refused("the '[' before an address has no ']' behind it");
    }
    String host = hostEnd < 0 ? authority : authority.substring(0, hostEnd);
    if (host.isEmpty()) {
      throw refused("it names no host");
    }
    int port = port(authority.substring(host.length()));
    if (port < 0 && transport.equals(Endpoint.TCP)) {
      port = secure ? 443 : 80;
    }
    String target = rest.substring(end);
    return new Endpoint(
        transport,
        secure,
        host.startsWith("[") ? literal(host.substring(1, host.length() - 1)) : UriText.decode(host),
        port,
        target.startsWith("/") ? target : "/" + target);
  }

  /** Returns an address with its zone, if it has one, as the system wants it. */
  private String literal(String text) {
    String address = HostName.withoutZone(text);
    String zone = text.substring(address.length()); // with its '%'
    // RFC 6874 has the '%' itself encoded; what people copy from the system's tools has not.
    String literal =
        zone.startsWith("%25") && zone.length() > 3
            ? address + "%" + UriText.decode(zone.substring(3))
            : text;
    if (!HostName.isIpv6(literal)) {
      throw refused("'" + text + "' in brackets is no IPv6 address");
    }
    return literal;
  }

  private int port(String colonAndDigits) {
    if (colonAndDigits.isEmpty() || colonAndDigits.equals(":")) {
      return -1;
    }
    String digits = colonAndDigits.substring(1);
    if (colonAndDigits.charAt(0) == ':' && digits.matches("[0-9]{1,9}")) {
      return Integer.parseInt(digits);
    }
    throw refused(
        "the port '"
            + digits
            + "' is no number; an IPv6 address stands in brackets: ws://[::1]:80/");
  }
}
