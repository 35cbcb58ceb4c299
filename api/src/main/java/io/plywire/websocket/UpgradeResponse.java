// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Role;
import io.plywire.websocket.internal.op.Agreement;
import io.plywire.websocket.internal.protocol.Chars;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * The HTTP response to an {@link UpgradeRequest}: status 101 if the server agrees, anything else if
 * it declines.
 *
 * <p>A client finds in it why a server declined; the {@linkplain #body() body} is kept as far as a
 * limit allows. A server meets it in a decorator that adds fields before it is sent.
 *
 * <p>All but the fields is immutable. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2">RFC 6455 §4.2.2, Sending the
 *     Server's Opening Handshake</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-4">RFC 9112 §4, Status Line</a>
 */
public final class UpgradeResponse {

  private static final byte[] NO_BODY = {};

  private final int status;
  private final String reason;
  private final String version;
  private final HttpFields fields;
  private final byte[] body;
  private final boolean bodyComplete;

  /**
   * Makes a response of version 1.1.
   *
   * @param status 100 to 999
   * @param reason the reason phrase, such as {@code "Switching Protocols"}; may be empty
   * @param fields the fields; not copied, {@link #fields()} returns this object
   * @param body the body; copied. The fields that describe it are the caller's to set
   * @throws IllegalArgumentException if a part cannot stand in a status line
   */
  public UpgradeResponse(int status, String reason, HttpFields fields, byte[] body) {
    this(status, reason, "HTTP/1.1", fields, body);
  }

  /**
   * Makes a response.
   *
   * @param status 100 to 999
   * @param reason the reason phrase, such as {@code "Switching Protocols"}; may be empty
   * @param version name and version of the protocol, such as {@code "HTTP/1.1"}
   * @param fields the fields; not copied, {@link #fields()} returns this object
   * @param body the body; copied. The fields that describe it are the caller's to set
   * @throws IllegalArgumentException if a part cannot stand in a status line
   */
  public UpgradeResponse(
      int status, String reason, String version, HttpFields fields, byte[] body) {
    this(status, reason, version, fields, body, true);
  }

  private UpgradeResponse(
      int status,
      String reason,
      String version,
      HttpFields fields,
      byte[] body,
      boolean bodyComplete) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "status %d is not of three digits", status));
    }
    if (!Chars.all(reason, c -> c == '\t' || (c >= 0x20 && c <= 0xFF && c != 0x7F))) {
      throw new IllegalArgumentException("reason phrase holds illegal characters");
    }
    UpgradeRequest.requireVersion(version);
    this.status = status;
    this.reason = reason;
    this.version = version;
    this.fields = Objects.requireNonNull(fields, "fields");
    this.body = body.length == 0 ? NO_BODY : body.clone();
    this.bodyComplete = bodyComplete;
  }

  /**
   * Makes a response of version 1.1 without fields and body.
   *
   * @param status 100 to 999
   * @param reason the reason phrase
   * @return the response
   * @throws IllegalArgumentException if a part cannot stand in a status line
   */
  public static UpgradeResponse of(int status, String reason) {
    return new UpgradeResponse(status, reason, new HttpFields(), NO_BODY);
  }

  /**
   * Answers a request in the way of {@link WebSocketStream#asyncAccept}, for an HTTP server that
   * sends the response itself. With status 101 its connection is a WebSocket afterwards:
   *
   * {@snippet :
   * UpgradeResponse response = UpgradeResponse.to(request, options);
   * if (response.status() == 101) {
   *   var ws = new WebSocketStream(
   *       connection, options, Upgraded.as(Role.SERVER).withAnswer(response));
   * }
   * }
   *
   * <p>Any other status is a refusal, with a body that says why; the connection ends after it.
   *
   * @param request what the client asks for; if its target is a whole URI, {@code Host} says
   *     afterwards what that says
   * @param options of the stream to be: sub-protocols, compression, origins and the {@linkplain
   *     WebSocketOptions#responseDecorator() decorator}, which is called here
   * @return what is to be sent, every field of it; complete and valid
   * @throws IllegalArgumentException if the options cannot be those of a server
   */
  public static UpgradeResponse to(UpgradeRequest request, WebSocketOptions options) {
    options.requireFeasible(Role.SERVER);
    return Agreement.answer(request, options);
  }

  /**
   * Returns the status code.
   *
   * @return 101 if the server agreed to the upgrade
   */
  public int status() {
    return status;
  }

  /**
   * Returns the reason phrase.
   *
   * @return the phrase; may be empty
   */
  public String reason() {
    return reason;
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

  /**
   * Returns the body, without its transfer coding.
   *
   * @return a copy; empty if there is none, cut off if it was longer than the limit
   */
  public byte[] body() {
    return body.clone();
  }

  /**
   * Returns whether {@link #body()} is all of the body: not cut off at the limit, at the end of the
   * connection or at something that is no HTTP.
   *
   * @return true also if there is no body
   */
  public boolean isBodyComplete() {
    return bodyComplete;
  }

  /**
   * Returns a copy with another body, and with the same fields object.
   *
   * @param content the body; copied
   * @param complete whether that is all of it
   */
  public UpgradeResponse withBody(byte[] content, boolean complete) {
    return new UpgradeResponse(status, reason, version, fields, content, complete);
  }

  /**
   * Returns the body as text in UTF-8, with U+FFFD for bytes that are none. Meant for messages to
   * people.
   *
   * @return the text; empty if there is no body
   */
  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Prints the response for logs. Values that carry credentials and the body are hidden. */
  @Override
  public String toString() {
    return version
        + " "
        + status
        + " "
        + reason
        + " "
        + fields
        + " body="
        + body.length
        + (bodyComplete ? "" : ", cut off");
  }
}
