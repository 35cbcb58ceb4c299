// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.ReservedFields;
import io.plywire.websocket.internal.protocol.StatusPhrase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response of the application: a refusal of a WebSocket, or the answer to a request that
 * asks for none, such as a page or a health check. Immutable.
 *
 * @see Opening#reply(Reply)
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15">RFC 9110 §15, Status Codes</a>
 */
public final class Reply {
  private static final String CONTENT_TYPE = "Content-Type";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final byte[] NOTHING = {};

  private final int status;
  private final HttpFields fields;
  private final byte[] body;
  private final @Nullable Path file;
  private final @Nullable String cause;

  private Reply(
      int status, HttpFields fields, byte[] body, @Nullable Path file, @Nullable String cause) {
    this.status = status;
    this.fields = fields;
    this.body = body;
    this.file = file;
    this.cause = cause;
  }

  // ---- any

  /**
   * Returns one without fields and body.
   *
   * @param status 200 to 599
   * @throws IllegalArgumentException if it is another
   */
  public static Reply of(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "status %d is not of 200 to 599", status));
    }
    return new Reply(status, new HttpFields(), NOTHING, null, null);
  }

  /**
   * Returns one with a text for a body.
   *
   * @param status 200 to 599
   * @param text what is sent, in UTF-8
   */
  public static Reply text(int status, String text) {
    return of(status).withBody(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns one with 200 and a file for a body.
   *
   * @param contentType such as {@code text/html; charset=utf-8}
   * @param file read when it is sent, piece by piece, on the executor of the stream; if it cannot
   *     be opened then, the client is answered with 404
   */
  public static Reply file(String contentType, Path file) {
    return new Reply(
        200,
        new HttpFields().add(CONTENT_TYPE, contentType),
        NOTHING,
        Objects.requireNonNull(file, "file"),
        null);
  }

  // ---- refusals

  /**
   * Returns 401: the client has not said who it is, or not to anybody's satisfaction.
   *
   * @param challenge what it should do, for {@code WWW-Authenticate}, such as {@code Bearer
   *     realm="chat"}
   */
  public static Reply unauthorized(String challenge) {
    return refusal(401).with("WWW-Authenticate", challenge);
  }

  /** Returns 403: this client is not let in. */
  public static Reply forbidden() {
    return refusal(403);
  }

  /** Returns 404: there is nothing here. */
  public static Reply notFound() {
    return refusal(404);
  }

  /** Returns 421: the request is for another server than this one. */
  public static Reply misdirected() {
    return refusal(421);
  }

  /** Returns 426: here is a WebSocket, and nothing else. */
  public static Reply upgradeRequired() {
    return refusal(426);
  }

  /**
   * Returns 429: this client asks too often.
   *
   * @param retryAfter when it may again; whole seconds, rounded up
   */
  public static Reply tooManyRequests(Duration retryAfter) {
    return refusal(429).withRetryAfter(retryAfter);
  }

  /**
   * Returns 503: not now.
   *
   * @param retryAfter when again; whole seconds, rounded up
   */
  public static Reply unavailable(Duration retryAfter) {
    return refusal(503).withRetryAfter(retryAfter);
  }

  private static Reply refusal(int status) {
    return text(status, StatusPhrase.of(status) + "\n");
  }

  private Reply withRetryAfter(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("retryAfter is negative: " + time);
    }
    return with("Retry-After", Long.toString(time.plusNanos(999_999_999).toSeconds()));
  }

  // ---- parts

  /** Returns the status code. */
  public int status() {
    return status;
  }

  /** Returns the fields besides those that say how long the body is; a copy. */
  public HttpFields fields() {
    return fields.copy();
  }

  /**
   * Returns one with another field.
   *
   * @param name its name; another {@code Content-Type} takes the place of the one there is
   * @param value its value
   * @throws IllegalArgumentException if they cannot stand in a field, or the field says where the
   *     message ends
   */
  public Reply with(String name, String value) {
    ReservedFields.requireFree(name);
    HttpFields more = fields.copy();
    if (name.equalsIgnoreCase(CONTENT_TYPE)) {
      more.set(name, value);
    } else {
      more.add(name, value);
    }
    return new Reply(status, more, body, file, cause);
  }

  /** Returns the body; a copy, and empty if it is a file. */
  public byte[] body() {
    return body.clone();
  }

  /** Returns how many bytes the body has, 0 if it is a file. */
  public int bodyLength() {
    return body.length;
  }

  /** Returns the file that is the body, or null. */
  public @Nullable Path file() {
    return file;
  }

  /**
   * Returns one with another body.
   *
   * @param contentType such as {@code application/json}
   * @param content the body; copied
   * @throws IllegalArgumentException if a message of this status has no body
   */
  public Reply withBody(String contentType, byte[] content) {
    if (status == 204 || status == 304) {
      throw new IllegalArgumentException("a message of status " + status + " has no body");
    }
    return new Reply(
        status, fields.copy().set(CONTENT_TYPE, contentType), content.clone(), null, cause);
  }

  /** Returns why this is the answer, as this side is told, or null if nobody said it. */
  public @Nullable String cause() {
    return cause;
  }

  /**
   * Returns one that says why to this side: in the error of the opening that it refuses, and so to
   * the server's listener, an observer and the Flight Recorder. The client is not told.
   *
   * @param why such as {@code the token has expired}; no secrets
   */
  public Reply because(String why) {
    return new Reply(status, fields, body, file, Objects.requireNonNull(why, "why"));
  }

  @Override
  public String toString() {
    return "Reply["
        + status
        + " "
        + StatusPhrase.of(status)
        + " "
        + fields
        + (file == null ? ", " + body.length + " bytes" : ", " + file)
        + "]";
  }
}
