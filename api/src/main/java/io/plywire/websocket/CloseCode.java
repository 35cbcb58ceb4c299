// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

/**
 * The close codes of the WebSocket protocol, as plain {@code int}s because applications add their
 * own between 3000 and 4999.
 *
 * <p>A code travels in the payload of a close frame and tells the peer why the connection ends.
 * Some registered numbers (1005, 1006, 1015) exist for local reporting only and never appear on the
 * wire; plywire does not use them: a close frame without a code is {@link #NONE}, and how the
 * transport ended is told by the close outcome of the stream.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455 §7.4, Status Codes</a>
 * @see <a href="https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number">IANA
 *     WebSocket Close Code Number Registry</a>
 */
public final class CloseCode {

  /** No code: the close frame has an empty payload. Never a number on the wire. */
  public static final int NONE = 0;

  /** The purpose of the connection is fulfilled. */
  public static final int NORMAL = 1000;

  /** The endpoint goes away: a server shuts down, a user leaves the page. */
  public static final int GOING_AWAY = 1001;

  /** The peer broke the protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /** The peer sent a type of data that this endpoint cannot accept, such as binary. */
  public static final int UNKNOWN_DATA = 1003;

  /** The payload of a message does not fit its type, such as text that is not UTF-8. */
  public static final int BAD_PAYLOAD = 1007;

  /** A message violates the policy of this endpoint; for want of a more specific code. */
  public static final int POLICY_ERROR = 1008;

  /** A message is too big to be processed. */
  public static final int TOO_BIG = 1009;

  /** The client expected an extension that the server did not negotiate. Sent by clients only. */
  public static final int NEEDS_EXTENSION = 1010;

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
   * Tells whether a close frame of the peer may carry {@code code}.
   *
   * @param code the number found in the payload
   * @return true for 1000–1003, 1007–1014 and 3000–4999; false for everything else, {@link #NONE}
   *     included
   */
  public static boolean isReceivable(int code) {
    // RFC 6455 §7.4.2: 1000-2999 only as registered, 3000-4999 free, nothing from 5000 on.
    return (code >= NORMAL && code <= UNKNOWN_DATA)
        || (code >= BAD_PAYLOAD && code <= BAD_GATEWAY)
        || (code >= 3000 && code <= 4999);
  }

  /**
   * Tells whether a close frame of ours may carry {@code code}. The same set as for received codes:
   * what we would refuse from a peer, we do not send.
   *
   * @param code the number to send
   * @return true for 1000–1003, 1007–1014 and 3000–4999; false for everything else, {@link #NONE}
   *     included, which means "send no code"
   */
  public static boolean isSendable(int code) {
    return isReceivable(code);
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
      case NORMAL -> "normal";
      case GOING_AWAY -> "going away";
      case PROTOCOL_ERROR -> "protocol error";
      case UNKNOWN_DATA -> "unknown data";
      case BAD_PAYLOAD -> "bad payload";
      case POLICY_ERROR -> "policy error";
      case TOO_BIG -> "too big";
      case NEEDS_EXTENSION -> "needs extension";
      case INTERNAL_ERROR -> "internal error";
      case SERVICE_RESTART -> "service restart";
      case TRY_AGAIN_LATER -> "try again later";
      case BAD_GATEWAY -> "bad gateway";
      case 1004, 1005, 1006, 1015 -> "reserved, never sent";
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
