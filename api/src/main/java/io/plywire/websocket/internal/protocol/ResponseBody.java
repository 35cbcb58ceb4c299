// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.UpgradeResponse;
import java.nio.ByteBuffer;

/** Collects the body of a response that declines the upgrade (RFC 9112 §6), up to a limit. */
public final class ResponseBody {

  /** The body goes on. Come back with more. */
  public static final int NEED_MORE = 0;

  /** Nothing more is to come, or is wanted. */
  public static final int DONE = 1;

  /**
   * Makes a collector.
   *
   * @param head the response whose fields tell how the body is framed
   * @param maxBytes how much of the body to keep
   */
  public ResponseBody(UpgradeResponse head, int maxBytes) {}

  /**
   * Takes bytes of the body.
   *
   * @param in consumed, as far as it belongs to the body
   * @return {@link #NEED_MORE} or {@link #DONE}; DONE at once if the response has no body
   */
  public int decode(ByteBuffer in) {
    throw new UnsupportedOperationException();
  }

  /** Tells the collector that the stream has ended. */
  public void endOfStream() {}

  /** Tells whether {@link #response()} has less than the whole body. */
  public boolean truncated() {
    return false;
  }

  /** Returns the response with what was collected of its body. */
  public UpgradeResponse response() {
    throw new UnsupportedOperationException();
  }
}
