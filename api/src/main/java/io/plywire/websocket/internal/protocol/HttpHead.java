// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the heads of HTTP/1.1 messages (RFC 9112). Reading is strict: what two parsers
 * could understand differently is refused, because behind a proxy such a message is an attack.
 */
public final class HttpHead {

  static final String HTTP_1_1 = "HTTP/1.1";

  private static final byte[] NO_BODY = {};

  private HttpHead() {}

  /**
   * A parsed head, or why there is none.
   *
   * @param <T> {@link UpgradeRequest} or {@link UpgradeResponse}
   * @param message the head, or null
   * @param violation null, or why there is no message
   */
  public record Parsed<T>(@Nullable T message, @Nullable Violation violation) {}

  /**
   * Parses the head of a request.
   *
   * @param in the head at its position; consumed, whatever the result
   * @param length the bytes of the head, as found by {@link HttpHeadScanner}
   */
  public static Parsed<UpgradeRequest> parseRequest(ByteBuffer in, int length) {
    String head = text(in, length);
    return parse(head, head.startsWith("\r\n") ? 2 : 0, HttpHead::request);
  }

  /**
   * Parses the head of a response. Its body is empty: see {@link ResponseBody}.
   *
   * @param in the head at its position; consumed, whatever the result
   * @param length the bytes of the head, as found by {@link HttpHeadScanner}
   */
  public static Parsed<UpgradeResponse> parseResponse(ByteBuffer in, int length) {
    return parse(text(in, length), 0, HttpHead::response);
  }

  /** Returns the bytes of a request, ready to be read. */
  public static ByteBuffer encode(UpgradeRequest request) {
    String line = request.method() + " " + request.target() + " " + request.version();
    return encode(line, request.fields(), NO_BODY);
  }

  /** Returns the bytes of a response with its body, ready to be read. */
  public static ByteBuffer encode(UpgradeResponse response) {
    String line = response.version() + " " + response.status() + " " + response.reason();
    return encode(line, response.fields(), response.body());
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, ISO_8859_1);
  }

  /** Makes a message of its first line and its fields. */
  private interface Assembly<T> {
    T assemble(String line, HttpFields fields);
  }

  private static <T> Parsed<T> parse(String head, int from, Assembly<T> assembly) {
    // The values judge themselves by throwing; here it is the peer's mistake, and so a value again.
    try {
      int lineEnd = lineEnd(head, from);
      HttpFields fields = parseFields(head, lineEnd + 2);
      return new Parsed<>(assembly.assemble(head.substring(from, lineEnd), fields), null);
    } catch (IllegalArgumentException e) {
      String detail = String.valueOf(e.getMessage());
      return new Parsed<>(null, new Violation(WebSocketError.BAD_HTTP_MESSAGE, detail));
    }
  }

  private static UpgradeRequest request(String line, HttpFields fields) {
    int target = line.indexOf(' ') + 1;
    int version = line.lastIndexOf(' ') + 1;
    if (version <= target) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "request line of %d chars has no method, target and version",
              line.length()));
    }
    return new UpgradeRequest(
        line.substring(0, target - 1),
        line.substring(target, version - 1),
        line.substring(version),
        fields);
  }

  private static UpgradeResponse response(String line, HttpFields fields) {
    // RFC 9112 §4: version SP status SP [ reason ]; the second space is often forgotten.
    boolean shaped =
        line.length() >= 12
            && line.charAt(8) == ' '
            && (line.length() == 12 || line.charAt(12) == ' ')
            && Chars.all(line.substring(9, 12), c -> c >= '0' && c <= '9');
    if (!shaped) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "status line of %d chars has no version and status", line.length()));
    }
    int status = Integer.parseInt(line.substring(9, 12));
    String reason = line.length() == 12 ? "" : line.substring(13);
    return new UpgradeResponse(status, reason, line.substring(0, 8), fields, NO_BODY);
  }

  private static HttpFields parseFields(String head, int from) {
    HttpFields fields = new HttpFields();
    int at = from;
    while (true) {
      int end = lineEnd(head, at);
      if (end == at) {
        return fields;
      }
      // RFC 9112 §5.2: a line that begins with white space once continued the one before.
      if (head.charAt(at) == ' ' || head.charAt(at) == '\t') {
        throw new IllegalArgumentException("a field line begins with white space");
      }
      int colon = head.indexOf(':', at);
      if (colon < 0 || colon > end) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "field line of %d chars has no colon", end - at));
      }
      // RFC 9112 §5.1: no white space before the colon; a name is a token, so add() sees to it.
      fields.add(head.substring(at, colon), head.substring(colon + 1, end));
      at = end + 2;
    }
  }

  private static int lineEnd(String head, int from) {
    int end = head.indexOf("\r\n", from);
    if (end < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "head of %d bytes has no end", head.length()));
    }
    return end;
  }

  private static ByteBuffer encode(String line, HttpFields fields, byte[] body) {
    StringBuilder head = new StringBuilder(line).append("\r\n");
    for (HttpFields.Field field : fields) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    byte[] bytes = head.append("\r\n").toString().getBytes(ISO_8859_1);
    return ByteBuffer.allocate(bytes.length + body.length).put(bytes).put(body).flip();
  }
}
