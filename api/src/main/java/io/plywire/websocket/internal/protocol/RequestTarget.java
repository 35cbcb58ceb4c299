// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands between method and version of a request (RFC 9112 §3.2), taken apart. What it is made
 * of is judged by {@link ServerHandshake}.
 *
 * @param authority host and port of a target in absolute form, or null
 * @param pathAndQuery what is asked for; begins with a slash, or is no target of an upgrade
 */
public record RequestTarget(@Nullable String authority, String pathAndQuery) {

  /** Takes a target apart; one of another form than these two is left as it is. */
  public static RequestTarget of(String text) {
    int authority = text.indexOf("://") + 3;
    if (authority < 3 || !isScheme(text.substring(0, authority - 3))) {
      return new RequestTarget(null, text);
    }
    int end = authority;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String rest = text.substring(end);
    return end == authority
        ? new RequestTarget(null, text)
        : new RequestTarget(
            text.substring(authority, end), rest.startsWith("/") ? rest : "/" + rest);
  }

  private static boolean isScheme(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "http", "https", "ws", "wss" -> true;
      default -> false;
    };
  }

  /** Returns the path as it was sent. */
  public String rawPath() {
    int query = pathAndQuery.indexOf('?');
    return query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
  }

  /** Returns the query as it was sent, without its question mark; null if there is none. */
  public @Nullable String rawQuery() {
    int query = pathAndQuery.indexOf('?');
    return query < 0 ? null : pathAndQuery.substring(query + 1);
  }

  /** Returns the names and values in the query, each decoded once, after they were told apart. */
  public Map<String, List<String>> parameters() {
    String query = rawQuery();
    if (query == null) {
      return Map.of();
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters
            .computeIfAbsent(decode(name.replace('+', ' ')), any -> new ArrayList<>())
            .add(decode(value.replace('+', ' ')));
      }
    }
    parameters.replaceAll((name, values) -> List.copyOf(values));
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * Decodes percent signs, once. It never fails, since strangers write this: a percent sign without
   * two hex digits stands for itself, and bytes that are not UTF-8 become U+FFFD.
   */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1); // visible ASCII
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean encoded =
          bytes[i] == '%'
              && i + 2 < bytes.length
              && HexFormat.isHexDigit(bytes[i + 1])
              && HexFormat.isHexDigit(bytes[i + 2]);
      bytes[length++] =
          encoded
              ? (byte)
                  (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]))
              : bytes[i];
      i += encoded ? 2 : 0;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
