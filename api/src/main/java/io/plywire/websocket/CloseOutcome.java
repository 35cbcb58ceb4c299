// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Role;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a WebSocket ended: the whole truth, in one value.
 *
 * @param initiator who sent the first close frame as this side saw it, or null if none was sent
 * @param sent what our close frame said, or null if none was sent
 * @param received what the peer's close frame said, or null if none was received
 * @param transport how the layer below ended
 * @param cause the failure that ended the connection, or null
 */
public record CloseOutcome(
    @Nullable Role initiator,
    @Nullable CloseReason sent,
    @Nullable CloseReason received,
    TransportEnd transport,
    @Nullable IOException cause) {

  /** How the layer below a WebSocket ended. */
  public enum TransportEnd {
    /** Both sides said goodbye. */
    GRACEFUL,
    /**
     * The peer ended it before it had answered, or without the goodbye that the layer below has,
     * such as the close_notify of TLS. Many peers leave that out; after a complete closing
     * handshake it says nothing about the messages, which have all been read by then.
     */
    BROKEN_OFF,
    /** This side closed it without waiting: after a failure, a deadline or a request to. */
    CLOSED_HERE
  }

  /** Returns whether a close frame went each way: the closing handshake of RFC 6455 section 7. */
  public boolean handshakeComplete() {
    return sent != null && received != null;
  }

  /**
   * Returns the close code as RFC 6455 section 7.1.5 defines it: the code that was received, {@link
   * CloseCode#NO_STATUS_RECEIVED} if the peer's frame had none, {@link CloseCode#ABNORMAL_CLOSURE}
   * if there was no frame.
   */
  public int code() {
    if (received == null) {
      return CloseCode.ABNORMAL_CLOSURE;
    }
    return received.hasCode() ? received.code() : CloseCode.NO_STATUS_RECEIVED;
  }

  /** Returns the reason that was received, or an empty text. */
  public String reason() {
    return received == null ? "" : received.reason();
  }

  private String transportText() {
    if (transport == TransportEnd.BROKEN_OFF && handshakeComplete()) {
      return "ended by the peer without its own goodbye, after everything was said";
    }
    return transport.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public String toString() {
    return (handshakeComplete() ? "closed" : "ended without closing handshake")
        + " (sent "
        + (sent == null ? "nothing" : sent)
        + ", received "
        + (received == null ? "nothing" : received)
        + ", transport "
        + transportText()
        + (cause == null ? "" : ", cause " + cause)
        + ")";
  }
}
