// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

/**
 * The close codes of the WebSocket protocol, as plain {@code int}s because applications add their
 * own between 3000 and 4999.
 *
 * <p>A code travels in the payload of a close frame and tells the peer why the connection ends. The
 * constants have the names of IANA's registry. Two of them are for local reporting and never appear
 * on the wire: {@link CloseOutcome#code()} is {@link #NO_STATUS_RECEIVED} when the peer's close
 * frame had no code, and {@link #ABNORMAL_CLOSURE} when no close frame came. A {@link CloseReason}
 * has {@link #NONE} for "no code".
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455 §7.4, Status Codes</a>
 * @see <a href="https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number">IANA
 *     WebSocket Close Code Number Registry</a>
 */
public final class CloseCode {

  /** No code: the close frame has an empty payload. Never a number on the wire. */
  public static final int NONE = 0;

  /** The purpose of the connection is fulfilled. */
  public static final int NORMAL_CLOSURE = 1000;

  /** The endpoint goes away: a server shuts down, a user leaves the page. */
  public static final int GOING_AWAY = 1001;

  /** The peer broke the protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /** The peer sent a type of data that this endpoint cannot accept, such as binary. */
  public static final int UNSUPPORTED_DATA = 1003;

  /** The peer's close frame had no code. For local reporting only. */
  public static final int NO_STATUS_RECEIVED = 1005;

  /** The connection ended without a close frame of the peer. For local reporting only. */
  public static final int ABNORMAL_CLOSURE = 1006;

  /** The payload of a message does not fit its type, such as text that is not UTF-8. */
  public static final int INVALID_FRAME_PAYLOAD_DATA = 1007;

  /** A message violates the policy of this endpoint; for want of a more specific code. */
  public static final int POLICY_VIOLATION = 1008;

  /** A message is too big to be processed. */
  public static final int MESSAGE_TOO_BIG = 1009;

  /** The client expected an extension that the server did not negotiate. Sent by clients only. */
  public static final int MANDATORY_EXTENSION = 1010;

  /** An unexpected condition keeps the endpoint from going on. */
  public static final int INTERNAL_ERROR = 1011;

  /** The service restarts; clients may reconnect after a random delay. */
  public static final int SERVICE_RESTART = 1012;

  /** The service is overloaded; clients should come back later or elsewhere. */
  public static final int TRY_AGAIN_LATER = 1013;

  /** A gateway got an invalid answer from the server behind it. */
  public static final int BAD_GATEWAY = 1014;

  private CloseCode() {}

  /**
   * Tells whether a close frame may carry {@code code}, ours or the peer's: what we would refuse,
   * we do not send.
   *
   * @param code any number
   * @return true for 1000–1003, 1007–1014 and 3000–4999; false for everything else, {@link #NONE}
   *     included, which means "no code"
   */
  public static boolean isAllowedInFrame(int code) {
    // RFC 6455 §7.4.2: 1000-2999 only as registered, 3000-4999 free, nothing from 5000 on.
    return (code >= NORMAL_CLOSURE && code <= UNSUPPORTED_DATA)
        || (code >= INVALID_FRAME_PAYLOAD_DATA && code <= BAD_GATEWAY)
        || (code >= 3000 && code <= 4999);
  }

  /**
   * Names {@code code} for people.
   *
   * @param code any number
   * @return a few lower-case words, such as {@code "going away"}; never empty
   */
  public static String describe(int code) {
    return switch (code) {
      case NONE -> "no code";
      case NORMAL_CLOSURE -> "normal closure";
      case GOING_AWAY -> "going away";
      case PROTOCOL_ERROR -> "protocol error";
      case UNSUPPORTED_DATA -> "unsupported data";
      case INVALID_FRAME_PAYLOAD_DATA -> "invalid frame payload data";
      case POLICY_VIOLATION -> "policy violation";
      case MESSAGE_TOO_BIG -> "message too big";
      case MANDATORY_EXTENSION -> "mandatory extension";
      case INTERNAL_ERROR -> "internal error";
      case SERVICE_RESTART -> "service restart";
      case TRY_AGAIN_LATER -> "try again later";
      case BAD_GATEWAY -> "bad gateway";
      case NO_STATUS_RECEIVED -> "no status received";
      case ABNORMAL_CLOSURE -> "abnormal closure";
      case 1004, 1015 -> "reserved, never sent";
      default -> {
        if (code >= 4000 && code <= 4999) {
          yield "private use";
        }
        if (code >= 3000 && code <= 3999) {
          yield "registered use";
        }
        yield code >= 1000 && code <= 2999 ? "unassigned" : "out of range";
      }
    };
  }
}
