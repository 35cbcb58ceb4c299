// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Words for a handshake that the peer, or the network, broke off without saying why: where it was,
 * and what that most likely means.
 *
 * @param client whether this is the client's side
 * @param heard whether the peer has sent any record
 */
record BrokenHandshake(boolean client, boolean heard) {
  /**
   * Returns what becomes of a handshake whose next layer has come to an end.
   *
   * @param why what the next layer says
   * @param bytes how much of a record is here
   */
  IOException below(IOException why, int bytes) {
    if (!(why instanceof StreamException known) || known.cancellation() != null) {
      return why;
    }
    if (known.error() == StreamError.EOF) {
      String rest = bytes == 0 ? "" : ", " + bytes + " bytes into a record";
      return new StreamException(
          StreamError.TRUNCATED,
          peer() + " ended the connection during the TLS handshake, " + stage() + rest + hint(),
          why);
    }
    return new StreamException(
        known.error(),
        "the connection broke during the TLS handshake, "
            + stage()
            + hint()
            + " ("
            + why.getMessage()
            + ")",
        why);
  }

  /** Returns what becomes of a handshake in which the peer has sent close_notify. */
  TlsException closeNotify(@Nullable Throwable cause) {
    return new TlsException(
        TlsError.HANDSHAKE_FAILED,
        peer() + " ended the TLS handshake with close_notify, " + stage() + hint(),
        cause);
  }

  private String peer() {
    return client ? "the server" : "the client";
  }

  private String stage() {
    if (heard) {
      return client ? "after it had answered" : "after its first message";
    }
    return "before it sent anything";
  }

  private String hint() {
    if (client) {
      return heard
          ? ": it may require a client certificate, or not accept the one that it was shown"
          : ": it may speak no TLS on this port, or refuse this client or the host name";
    }
    return heard
        ? ": it may not trust our certificate, or have lost interest"
        : ": it may only have looked whether the port is open, or speak no TLS";
  }
}
