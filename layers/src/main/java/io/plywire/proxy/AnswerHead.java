// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.plywire.layers.internal.FirstBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of an answer of HTTP/1.0 or 1.1 (RFC 9112), strictly: lines end with CR LF, no line is
 * folded, and no control character stands anywhere. What the fields mean is known elsewhere.
 */
final class AnswerHead {
  private static final String START = "HTTP/1.";
  private static final int MINOR_AT = START.length();
  private static final int STATUS_AT = MINOR_AT + 2;
  private static final int STATUS_END = STATUS_AT + 3;

  /** With nothing but a status line, and no space behind the status. */
  static final int LEAST_BYTES = STATUS_END + 4;

  private final int minor;
  private final int status;
  private final String reason;
  private final List<HttpField> fields;

  private AnswerHead(int minor, int status, String reason, List<HttpField> fields) {
    this.minor = minor;
    this.status = status;
    this.reason = reason;
    this.fields = fields;
  }

  /**
   * Returns how many bytes are surely missing: never more than there are; 0 if the head is there.
   *
   * @param bytes the head so far
   * @param size how many bytes that are
   * @param from how many of them were looked at before
   * @throws Refusal if it can become no head
   */
  static int missing(byte[] bytes, int size, int from) throws Refusal {
    for (int i = from; i < size; i++) {
      requireAllowed(bytes, size, i);
    }
    if (size < LEAST_BYTES) {
      return LEAST_BYTES - size;
    }
    int matched = 4; // of the CR LF CR LF at the end
    while (matched > 0 && !matches(bytes, size, matched)) {
      matched--;
    }
    return 4 - matched;
  }

  /** Whether the last bytes are the first ones of CR LF CR LF. */
  private static boolean matches(byte[] bytes, int size, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[size - count + i] != (i % 2 == 0 ? '\r' : '\n')) {
        return false;
      }
    }
    return true;
  }

  private static void requireAllowed(byte[] bytes, int size, int i) throws Refusal {
    if (!isAllowed(bytes[i], i == 0 ? 0 : bytes[i - 1], i)) {
      boolean tls = bytes[0] == 0x15 || bytes[0] == 0x16; // an alert, or a handshake
      throw new Refusal(
          ProxyError.BAD_ANSWER,
          (tls ? "the proxy speaks TLS: " : "the answer is none of HTTP/1.1: ")
              + FirstBytes.text(bytes, size));
    }
  }

  private static boolean isAllowed(byte b, int previous, int at) {
    if (at < MINOR_AT) {
      return b == START.charAt(at);
    }
    if (previous == '\r' || b == '\n') {
      return previous == '\r' && b == '\n';
    }
    boolean visible = (b < 0 || b >= ' ') && b != 0x7f;
    return visible || b == '\t' || b == '\r';
  }

  /**
   * Understands a head that is complete.
   *
   * @param bytes begins with it
   * @param size how many bytes it has
   */
  static AnswerHead parse(byte[] bytes, int size) throws Refusal {
    String[] lines = new String(bytes, 0, size - 4, ISO_8859_1).split("\r\n", -1);
    String line = lines[0];
    int minor = digit(line, MINOR_AT);
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_END; i++) {
      int digit = digit(line, i);
      status = digit < 0 || status < 0 ? -1 : 10 * status + digit;
    }
    boolean ends = line.length() == STATUS_END;
    if (minor < 0
        || minor > 1
        || line.charAt(MINOR_AT + 1) != ' '
        || status < 100
        || !(ends || line.charAt(STATUS_END) == ' ')) {
      throw bad("has no status line", line);
    }
    List<HttpField> fields = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 0 || !HttpField.isToken(lines[i].substring(0, colon))) {
        throw bad("has a line that is no field", lines[i]);
      }
      fields.add(
          new HttpField(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
    }
    String reason = ends ? "" : HttpField.shown(line.substring(STATUS_END + 1).strip());
    return new AnswerHead(minor, status, reason, List.copyOf(fields));
  }

  private static int digit(String line, int at) {
    char c = at < line.length() ? line.charAt(at) : ' ';
    return c >= '0' && c <= '9' ? c - '0' : -1;
  }

  private static Refusal bad(String what, String line) {
    return new Refusal(
        ProxyError.BAD_ANSWER, "the answer " + what + ": '" + HttpField.shown(line) + "'");
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  /** Returns the status with the reason, if there is one. */
  String statusText() {
    return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
  }

  /** Returns the values of all fields with a name. */
  List<String> values(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(HttpField::value)
        .toList();
  }

  /** Returns whether the connection stays open when the body is over (RFC 9112, section 9.3). */
  boolean persists() {
    boolean asked = minor > 0;
    for (String name : new String[] {"Connection", "Proxy-Connection"}) {
      for (String value : values(name)) {
        for (String option : value.toLowerCase(Locale.ROOT).split(",", -1)) {
          switch (option.strip()) {
            case "close" -> {
              return false;
            }
            case "keep-alive" -> asked = true;
            default -> {}
          }
        }
      }
    }
    return asked;
  }
}
