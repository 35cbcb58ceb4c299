// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import java.util.List;
import java.util.Locale;

/** What a {@link WireParser} has to know of the head of a request or a response. */
final class WireHead {
  static final int SWITCHING_PROTOCOLS = 101;

  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final List<String> lines;

  WireHead(String text) {
    this.lines = text.toLowerCase(Locale.ROOT).lines().toList();
  }

  boolean isRequest() {
    return !first().startsWith("http/");
  }

  private String first() {
    return lines.isEmpty() ? "" : lines.get(0);
  }

  /** Returns the status of a response; one that is none counts as a refusal. */
  int status() {
    String[] parts = first().split(" ", 3);
    return parts.length > 1 && parts[1].matches("\\d{3}") ? Integer.parseInt(parts[1]) : 500;
  }

  boolean asksForUpgrade() {
    return field("upgrade").contains("websocket");
  }

  boolean isAnsweredWithBody() {
    return !first().startsWith("head ");
  }

  /** Returns how long the body of a response is, in bytes; -1 if it may end with the connection. */
  long bodyBytes() {
    if (status() == NO_CONTENT || status() == NOT_MODIFIED) {
      return 0;
    }
    String length = field("content-length");
    return length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
  }

  private String field(String name) {
    String beginning = name + ":";
    return lines.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()).strip())
        .findFirst()
        .orElse("");
  }
}
