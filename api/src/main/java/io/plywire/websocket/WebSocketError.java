// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * What exactly went wrong on a WebSocket.
 *
 * <p>Each constant knows the clause it rests on, the close code that the peer is told (or 0 if no
 * close frame is due), the HTTP status with which a server answers a failed handshake (or 0), and
 * its {@linkplain #condition() condition}, the coarse class that programs usually test:
 *
 * {@snippet :
 * switch (exception.error().condition()) {
 *   case CLOSED -> reconnectLater();
 *   case HANDSHAKE_FAILED -> checkConfiguration();
 *   default -> report(exception);
 * }
 * }
 *
 * <p>New constants may be added in minor versions; test conditions, or keep a {@code default}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455, The WebSocket Protocol</a>
 */
public enum WebSocketError {

  // Frames: RFC 6455 §5

  /** A frame has an opcode that is reserved: 3–7 or 11–15. */
  BAD_OPCODE(ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.2", 1002, 0, "reserved opcode"),

  /** A text or binary frame arrived while a fragmented message is unfinished. */
  BAD_DATA_FRAME(
      ErrorCondition.PROTOCOL_VIOLATION,
      "RFC 6455 §5.4",
      1002,
      0,
      "new message while a fragmented message is unfinished"),

  /** A continuation frame arrived while no message is in progress. */
  BAD_CONTINUATION(
      ErrorCondition.PROTOCOL_VIOLATION,
      "RFC 6455 §5.4",
      1002,
      0,
      "continuation frame without a message to continue"),

  /** A frame has a reserved bit set that no negotiated extension gives a meaning. */
  BAD_RESERVED_BITS(
      ErrorCondition.PROTOCOL_VIOLATION,
      "RFC 6455 §5.2",
      1002,
      0,
      "reserved bits without a meaning"),

  /** A control frame is fragmented. */
  BAD_CONTROL_FRAGMENT(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.5", 1002, 0, "fragmented control frame"),

  /** The payload of a control frame is longer than 125 bytes. */
  BAD_CONTROL_SIZE(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.5", 1002, 0, "control frame too long"),

  /** A server received a frame without a mask. */
  BAD_UNMASKED_FRAME(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.1", 1002, 0, "unmasked frame from a client"),

  /** A client received a frame with a mask. */
  BAD_MASKED_FRAME(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.1", 1002, 0, "masked frame from a server"),

  /** A payload length is not encoded in the shortest form, or is negative. */
  BAD_SIZE(ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.2", 1002, 0, "malformed payload length"),

  // Payloads

  /** A text message is not valid UTF-8. */
  BAD_FRAME_PAYLOAD(
      ErrorCondition.PROTOCOL_VIOLATION,
      "RFC 6455 §8.1",
      1007,
      0,
      "text message is not valid UTF-8"),

  /** The data of a compressed message cannot be inflated. */
  BAD_COMPRESSED_PAYLOAD(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 7692 §7.2.2", 1007, 0, "compressed data is corrupt"),

  /** A close frame has a code that may not appear on the wire. */
  BAD_CLOSE_CODE(ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §7.4", 1002, 0, "invalid close code"),

  /** A close frame has a payload of one byte. */
  BAD_CLOSE_SIZE(
      ErrorCondition.PROTOCOL_VIOLATION, "RFC 6455 §5.5.1", 1002, 0, "close frame of one byte"),

  /** The reason in a close frame is not valid UTF-8. */
  BAD_CLOSE_PAYLOAD(
      ErrorCondition.PROTOCOL_VIOLATION,
      "RFC 6455 §5.5.1",
      1002,
      0,
      "close reason is not valid UTF-8"),

  // Limits

  /**
   * A received message is longer than this endpoint's message limit. Not to be confused with a peer
   * that closes with 1009 because <i>our</i> message was too big: that is {@link #CLOSED}.
   */
  MESSAGE_TOO_BIG(
      ErrorCondition.LIMIT_EXCEEDED,
      "RFC 6455 §10.4",
      1009,
      0,
      "message exceeds the message limit"),

  /** A received message does not fit the bounded buffer that the caller gave. */
  BUFFER_OVERFLOW(
      ErrorCondition.LIMIT_EXCEEDED,
      "RFC 6455 §10.4",
      1009,
      0,
      "message exceeds the caller's buffer"),

  /** The head of a handshake message is longer than the limit. */
  HEAD_TOO_LARGE(
      ErrorCondition.LIMIT_EXCEEDED, "RFC 6585 §5", 0, 431, "handshake head exceeds the limit"),

  // The end

  /** The WebSocket is closed: the closing handshake ended it, or began locally. */
  CLOSED(ErrorCondition.CLOSED, "RFC 6455 §7.1", 0, 0, "the WebSocket is closed"),

  // Both handshakes: RFC 6455 §4

  /** A handshake message is not well-formed HTTP/1.1. */
  BAD_HTTP_MESSAGE(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 9112 §2", 0, 400, "malformed HTTP message"),

  /** A handshake message is not of HTTP version 1.1. */
  BAD_HTTP_VERSION(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.1", 0, 400, "HTTP version is not 1.1"),

  /** There is no {@code Connection} field. */
  NO_CONNECTION(ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 400, "no Connection field"),

  /** The {@code Connection} field lacks the token {@code upgrade}. */
  NO_CONNECTION_UPGRADE(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.2.1",
      0,
      400,
      "Connection field without upgrade"),

  /** There is no {@code Upgrade} field. */
  NO_UPGRADE(ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 400, "no Upgrade field"),

  /** The {@code Upgrade} field lacks the token {@code websocket}. */
  NO_UPGRADE_WEBSOCKET(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.2.1",
      0,
      400,
      "Upgrade field without websocket"),

  /** A {@code Sec-WebSocket-Extensions} field cannot be parsed, or an answer breaks the offer. */
  BAD_EXTENSION(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §9.1",
      0,
      400,
      "bad Sec-WebSocket-Extensions field"),

  // The request, as a server sees it

  /** The application has decided against the request; see {@link Opening#reply}. */
  REQUEST_REFUSED(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.2.2",
      0,
      0,
      "the application refused the request"),

  /** The method of the request is not GET. */
  BAD_METHOD(ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 405, "method is not GET"),

  /** The request has no {@code Host} field. */
  NO_HOST(ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 400, "no Host field"),

  /** The request has no {@code Sec-WebSocket-Key} field. */
  NO_SEC_KEY(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 400, "no Sec-WebSocket-Key field"),

  /** The {@code Sec-WebSocket-Key} is not 16 bytes in base64. */
  BAD_SEC_KEY(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.2.1",
      0,
      400,
      "Sec-WebSocket-Key is not 16 bytes in base64"),

  /** The request has no {@code Sec-WebSocket-Version} field. */
  NO_SEC_VERSION(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.2.1", 0, 400, "no Sec-WebSocket-Version field"),

  /** The {@code Sec-WebSocket-Version} is not 13. */
  BAD_SEC_VERSION(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.2.2",
      0,
      426,
      "Sec-WebSocket-Version is not 13"),

  /** The {@code Origin} of the request is refused by the server's policy. */
  BAD_ORIGIN(ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §10.2", 0, 403, "origin not allowed"),

  // The response, as a client sees it

  /** The server answered with a status other than 101. */
  UPGRADE_DECLINED(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.1", 0, 0, "the server declined the upgrade"),

  /** The response has no {@code Sec-WebSocket-Accept} field. */
  NO_SEC_ACCEPT(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.1", 0, 0, "no Sec-WebSocket-Accept field"),

  /** The {@code Sec-WebSocket-Accept} does not fit the key that was sent. */
  BAD_SEC_ACCEPT(
      ErrorCondition.HANDSHAKE_FAILED,
      "RFC 6455 §4.1",
      0,
      0,
      "Sec-WebSocket-Accept does not fit the key"),

  /** The server chose a sub-protocol that was not offered. */
  UNEXPECTED_SUBPROTOCOL(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.1", 0, 0, "sub-protocol was not offered"),

  /** The server chose an extension that was not offered. */
  UNEXPECTED_EXTENSION(
      ErrorCondition.HANDSHAKE_FAILED, "RFC 6455 §4.1", 0, 0, "extension was not offered"),

  // The user's code and data

  /** A decorator of a handshake message threw an exception, or left what must not be sent. */
  DECORATOR_FAILED(ErrorCondition.USER_CODE, null, 0, 500, "a handshake decorator failed"),

  /** A callback, such as the one for control frames, threw an exception. */
  CALLBACK_FAILED(ErrorCondition.USER_CODE, null, 1011, 500, "a callback threw an exception"),

  /** A message was not accepted by a {@link SendQueue}, because it is full or closing. */
  QUEUE_FULL(ErrorCondition.LIMIT_EXCEEDED, null, 0, 0, "the send queue is full"),

  /** A waiting message was dropped by a {@link SendQueue} for another one. */
  DROPPED(ErrorCondition.LIMIT_EXCEEDED, null, 0, 0, "the message was dropped"),

  /** Text to be sent is not valid UTF-8; nothing of it was sent. */
  BAD_OUTGOING_TEXT(
      ErrorCondition.USER_CODE, "RFC 6455 §5.6", 0, 0, "outgoing text is not valid UTF-8"),

  /**
   * A whole message was to be sent while another one was begun and not ended; nothing of it was
   * sent.
   */
  MESSAGE_OPEN(
      ErrorCondition.USER_CODE, "RFC 6455 §5.4", 0, 0, "another message was begun and not ended");

  private final ErrorCondition condition;
  private final @Nullable String section;
  private final int closeCode;
  private final int httpStatus;
  private final String description;

  WebSocketError(
      ErrorCondition condition,
      @Nullable String section,
      int closeCode,
      int httpStatus,
      String description) {
    this.condition = condition;
    this.section = section;
    this.closeCode = closeCode;
    this.httpStatus = httpStatus;
    this.description = description;
  }

  /**
   * Returns the class of this error.
   *
   * @return the condition
   */
  public ErrorCondition condition() {
    return condition;
  }

  /**
   * Returns the clause that this error rests on.
   *
   * @return document and section, such as {@code "RFC 6455 §5.2"}; null for what no standard knows,
   *     such as a full queue
   */
  public @Nullable String section() {
    return section;
  }

  /**
   * Returns the code of the close frame that tells the peer.
   *
   * @return a {@link CloseCode}, or 0 if no close frame is sent
   */
  public int closeCode() {
    return closeCode;
  }

  /**
   * Returns the status with which a server answers a handshake that failed so.
   *
   * @return an HTTP status, or 0 if this error is no answer to a request
   */
  public int httpStatus() {
    return httpStatus;
  }

  /**
   * Returns the error in words, without the values of the case at hand.
   *
   * @return a short English phrase without a final stop
   */
  public String description() {
    return description;
  }
}
