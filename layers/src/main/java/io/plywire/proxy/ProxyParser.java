// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.layers.internal.IpText;
import io.plywire.proxy.Proxy.Kind;
import java.net.URLDecoder;
import java.util.Locale;

/** Reads the URIs of proxies. As they may hold a password, no message quotes anything of them. */
final class ProxyParser {
  private static final String AUTHORITY_FOLLOWS = "://";

  private ProxyParser() {}

  static Proxy parse(String text) {
    int start = text.indexOf(AUTHORITY_FOLLOWS);
    Kind kind = start < 0 ? Kind.HTTP : kind(text.substring(0, start).toLowerCase(Locale.ROOT));
    String authority = start < 0 ? text : text.substring(start + AUTHORITY_FOLLOWS.length());
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    int at = authority.lastIndexOf('@');
    Proxy proxy = proxy(kind, authority.substring(at + 1));
    return at <= 0 ? proxy : withUserInfo(proxy, authority.substring(0, at));
  }

  private static Kind kind(String scheme) {
    return switch (scheme) {
      case "http" -> Kind.HTTP;
      case "https" -> Kind.HTTPS;
      case "socks5", "socks5h" -> Kind.SOCKS5;
      case "socks4a" -> Kind.SOCKS4A;
      default ->
          throw new IllegalArgumentException(
              "the scheme of the proxy is none of http, https, socks5, socks5h and socks4a");
    };
  }

  private static Proxy proxy(Kind kind, String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    boolean bracketed = hostAndPort.startsWith("[");
    int end = bracketed ? hostAndPort.indexOf(']') + 1 : colon < 0 ? hostAndPort.length() : colon;
    String host =
        bracketed ? hostAndPort.substring(1, Math.max(1, end - 1)) : hostAndPort.substring(0, end);
    String rest = hostAndPort.substring(end);
    int port = rest.isEmpty() ? kind.port() : rest.startsWith(":") ? port(rest.substring(1)) : -1;
    if (port <= 0) {
      throw new IllegalArgumentException(
          "the host of the proxy is not followed by a port from 1 to 65535, or by nothing");
    }
    boolean address = IpText.parse(host) != null || host.indexOf('%') >= 0;
    if (bracketed ? !address : host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets, and nothing else");
    }
    try {
      return Proxy.of(kind, host, port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the proxy has no host, or none that can be one");
    }
  }

  private static int port(String digits) {
    return IpText.number(digits, 0xffff);
  }

  private static Proxy withUserInfo(Proxy proxy, String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
    return proxy.withCredentials(user, colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the credentials of the proxy have a percent sign without two hex digits behind it");
    }
  }
}
