// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.Chars;
import io.plywire.websocket.internal.protocol.RequestTarget;
import io.plywire.websocket.internal.protocol.Token;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request that opens a WebSocket: a request line and {@linkplain #fields() fields}, and
 * never a body.
 *
 * <p>Clients meet it in a decorator that adds fields before it is sent; servers meet it when a
 * client asks to be upgraded. A server that already has a request from another HTTP library makes
 * one of these of it:
 *
 * {@snippet :
 * var request = UpgradeRequest.of("GET", "/chat", "HTTP/1.1", exchange.getRequestHeaders());
 * }
 *
 * <p>The request line is immutable, the fields are not. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.1">RFC 6455 §4.1, Client
 *     Requirements</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3">RFC 9112 §3, Request Line</a>
 */
public final class UpgradeRequest {

  private final String method;
  private final String given; // the target as it stands in the request line
  private final RequestTarget target;
  private final String version;
  private final HttpFields fields;

  /**
   * Makes a request.
   *
   * @param method a token, such as {@code "GET"}; case matters
   * @param target as it stands in the request line: path and query, such as {@code "/chat?room=1"},
   *     or a whole URI, such as {@code "ws://example.com/chat"} (RFC 9112 section 3.2.2); visible
   *     ASCII characters only
   * @param version name and version of the protocol, such as {@code "HTTP/1.1"}
   * @param fields the fields; not copied, {@link #fields()} returns this object
   * @throws IllegalArgumentException if a part cannot stand in a request line
   */
  public UpgradeRequest(String method, String target, String version, HttpFields fields) {
    if (!Token.isToken(method)) {
      throw new IllegalArgumentException("method is not a token");
    }
    if (!isTarget(target)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "target of %d chars is empty or holds other than visible ASCII characters",
              target.length()));
    }
    requireVersion(version);
    this.method = method;
    this.given = target;
    this.target = RequestTarget.of(target);
    this.version = version;
    this.fields = Objects.requireNonNull(fields, "fields");
  }

  /**
   * Makes a {@code GET} request of version 1.1 without fields.
   *
   * @param target path and query
   * @return the request
   * @throws IllegalArgumentException if {@code target} cannot stand in a request line
   */
  public static UpgradeRequest get(String target) {
    return new UpgradeRequest("GET", target, "HTTP/1.1", new HttpFields());
  }

  /**
   * Makes a request from the parts that HTTP libraries usually hand out.
   *
   * @param method the method
   * @param target path and query
   * @param version name and version of the protocol
   * @param fields field names and, for each, all values in order; copied
   * @return the request
   * @throws IllegalArgumentException if a part cannot stand in a request
   */
  public static UpgradeRequest of(
      String method,
      String target,
      String version,
      Map<String, ? extends Collection<String>> fields) {
    HttpFields copy = new HttpFields();
    fields.forEach((name, values) -> values.forEach(value -> copy.add(name, value)));
    return new UpgradeRequest(method, target, version, copy);
  }

  /**
   * Returns the method.
   *
   * @return a token; {@code "GET"} for every request that can succeed
   */
  public String method() {
    return method;
  }

  /**
   * Returns path and query, whether or not the request line has a whole URI.
   *
   * @return percent-encoded as on the wire; begins with a slash in every request that can succeed
   */
  public String target() {
    return target.pathAndQuery();
  }

  /**
   * Returns host and port that the client wants to talk to: those of the URI in the request line if
   * it has one, and otherwise those of the {@code Host} field (RFC 9112 section 3.2.2).
   *
   * @return such as {@code "example.com:8080"}; null if the request says nothing of it
   */
  public @Nullable String authority() {
    String named = target.authority();
    return named != null ? named : fields.first("Host");
  }

  /**
   * Returns the path, decoded once. A slash in it may have been sent as {@code %2F}; where that is
   * something else than a separator, take {@link #rawPath()} apart and decode its pieces.
   *
   * @return the path without a query; a percent sign that encodes nothing stays one, and what is
   *     not UTF-8 becomes U+FFFD
   */
  public String path() {
    return RequestTarget.decode(target.rawPath());
  }

  /**
   * Returns the path as it was sent.
   *
   * @return percent-encoded as on the wire, without a query
   */
  public String rawPath() {
    return target.rawPath();
  }

  /**
   * Returns the query as it was sent.
   *
   * @return percent-encoded as on the wire, without its question mark; null if there is none
   */
  public @Nullable String rawQuery() {
    return target.rawQuery();
  }

  /**
   * Returns the parameters in the query, as pages and most programs write them: {@code
   * name=value&name=value}, with a plus for a space.
   *
   * @return the values of each name in order, names and values decoded once, as in {@link #path()};
   *     a name without a value has an empty one. Unmodifiable
   */
  public Map<String, List<String>> queryParameters() {
    return target.parameters();
  }

  /**
   * Returns the first value of a parameter in the query.
   *
   * @param name its name, decoded; case matters
   * @return the value, decoded, as {@link #queryParameters()} has it; null if there is none
   */
  public @Nullable String queryParameter(String name) {
    List<String> values = queryParameters().get(Objects.requireNonNull(name, "name"));
    return values == null ? null : values.get(0);
  }

  /**
   * Returns the protocol version.
   *
   * @return such as {@code "HTTP/1.1"}
   */
  public String version() {
    return version;
  }

  /**
   * Returns the fields, to read and to change.
   *
   * @return always the same object
   */
  public HttpFields fields() {
    return fields;
  }

  /** Prints the request for logs. The query and values that carry credentials are hidden. */
  @Override
  public String toString() {
    int query = given.indexOf('?');
    String shown = query < 0 ? given : given.substring(0, query) + "?***";
    return method + " " + shown + " " + version + " " + fields;
  }

  private static boolean isTarget(String target) {
    return !target.isEmpty() && Chars.all(target, c -> c > 0x20 && c < 0x7F);
  }

  static void requireVersion(String version) {
    if (!version.startsWith("HTTP/")
        || version.length() != 8
        || !isDigit(version.charAt(5))
        || version.charAt(6) != '.'
        || !isDigit(version.charAt(7))) {
      throw new IllegalArgumentException("version is not of the form HTTP/1.1");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
