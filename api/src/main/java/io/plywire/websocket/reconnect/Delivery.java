// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What became of a message that was given to a {@link Reconnector}. */
public enum Delivery {
  /**
   * All of it was taken by the layer below an open connection, behind everything that was sent
   * before. Whether the peer has got it only the peer can tell: what the system had not sent yet
   * when the connection broke is lost.
   */
  SENT,

  /** No byte of it has left, on any connection: the peer has not got it and never will. */
  NOT_SENT,

  /**
   * The connection ended while it was being written. The peer has got it or has not; a part of it
   * is never taken for a message.
   */
  UNKNOWN;

  /**
   * Returns what a handler was told.
   *
   * @param error what the handler of {@link Reconnector#send} got, or null
   * @throws IllegalArgumentException if the error comes from somewhere else
   */
  public static Delivery of(@Nullable IOException error) {
    if (error == null) {
      return SENT;
    }
    if (error instanceof DeliveryException known) {
      return known.delivery();
    }
    throw new IllegalArgumentException("not told by a Reconnector: " + error, error);
  }
}
