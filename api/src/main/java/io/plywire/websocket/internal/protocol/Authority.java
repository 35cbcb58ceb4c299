// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host with or without a port, as in {@code Host} and {@code Origin} (RFC 3986 §3.2, without user
 * information).
 *
 * @param host in lower case; IPv6 addresses with their brackets
 * @param port 0 to 65535, or -1 if there is none
 */
record Authority(String host, int port) {

  private static final String NAME_MARKS = "-._~%!$&'()*+;=";

  /** Parses {@code text}; null if it is no authority. */
  static @Nullable Authority parse(String text) {
    int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : colonOrEnd(text);
    String host = text.substring(0, hostEnd);
    if (!(host.startsWith("[") ? isAddress(host) : isName(host))) {
      return null;
    }
    String rest = text.substring(hostEnd);
    int port = rest.isEmpty() || rest.equals(":") ? -1 : port(rest);
    if (port < -1) {
      return null;
    }
    return new Authority(host.toLowerCase(Locale.ROOT), port);
  }

  /** Returns the port, or {@code defaultPort} if there is none. */
  int portOr(int defaultPort) {
    return port < 0 ? defaultPort : port;
  }

  private static int colonOrEnd(String text) {
    int colon = text.indexOf(':');
    return colon < 0 ? text.length() : colon;
  }

  private static boolean isName(String host) {
    return !host.isEmpty() && Chars.all(host, c -> isAlnum(c) || NAME_MARKS.indexOf(c) >= 0);
  }

  private static boolean isAddress(String host) {
    return host.length() > 2
        && Chars.all(
            host.substring(1, host.length() - 1), c -> isAlnum(c) || ":.%-_~".indexOf(c) >= 0);
  }

  private static boolean isAlnum(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Returns the number behind the colon, or -2. */
  private static int port(String colonAndDigits) {
    String digits = colonAndDigits.substring(1);
    if (colonAndDigits.charAt(0) != ':'
        || digits.length() > 5
        || !Chars.all(digits, c -> c >= '0' && c <= '9')) {
      return -2;
    }
    int port = Integer.parseInt(digits);
    return port <= 0xFFFF ? port : -2;
  }
}
