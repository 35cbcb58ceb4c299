// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of the head of an HTTP/1.1 message while its bytes arrive, and notices early what
 * can never become one.
 */
public final class HttpHeadScanner {

  /** The head is not complete. Come back with the same bytes and more. */
  public static final int NEED_MORE = 0;

  /** The head is complete: {@link #headLength()} tells how long it is. */
  public static final int HEAD = 1;

  /** These bytes are no head, or one that is too long: see {@link #violation()}. */
  public static final int VIOLATION = 2;

  /** Scans for the head of a request; at most {@code maxBytes} with its final empty line. */
  public static HttpHeadScanner forRequest(int maxBytes) {
    return new HttpHeadScanner();
  }

  /** Scans for the head of a response; at most {@code maxBytes} with its final empty line. */
  public static HttpHeadScanner forResponse(int maxBytes) {
    return new HttpHeadScanner();
  }

  /**
   * Looks at the bytes that were not there at the last call.
   *
   * @param in all bytes of the head so far, from its position on, which stays. The caller may move
   *     the bytes to a bigger buffer between calls
   * @return {@link #NEED_MORE}, {@link #HEAD} or {@link #VIOLATION}
   */
  public int scan(ByteBuffer in) {
    throw new UnsupportedOperationException();
  }

  /** Returns the bytes from the position to the end of the head; 0 before it was found. */
  public int headLength() {
    return 0;
  }

  /** Tells whether not a byte of the message has been seen. */
  public boolean atStart() {
    return true;
  }

  /** Returns what is wrong with these bytes, or null. */
  public @Nullable Violation violation() {
    return null;
  }
}
