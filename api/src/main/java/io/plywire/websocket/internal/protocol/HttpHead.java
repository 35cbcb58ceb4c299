// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads and writes the heads of HTTP/1.1 messages (RFC 9112), strictly. */
public final class HttpHead {

  private HttpHead() {}

  /**
   * A parsed head, or why there is none.
   *
   * @param <T> {@link UpgradeRequest} or {@link UpgradeResponse}
   * @param message the head, or null
   * @param violation null, or why there is no message
   */
  public record Parsed<T>(@Nullable T message, @Nullable Violation violation) {}

  /**
   * Parses the head of a request.
   *
   * @param in the head at its position; consumed, whatever the result
   * @param length the bytes of the head, as found by {@link HttpHeadScanner}
   */
  public static Parsed<UpgradeRequest> parseRequest(ByteBuffer in, int length) {
    throw new UnsupportedOperationException();
  }

  /**
   * Parses the head of a response. Its body is empty: see {@link ResponseBody}.
   *
   * @param in the head at its position; consumed, whatever the result
   * @param length the bytes of the head, as found by {@link HttpHeadScanner}
   */
  public static Parsed<UpgradeResponse> parseResponse(ByteBuffer in, int length) {
    throw new UnsupportedOperationException();
  }

  /** Returns the bytes of a request, ready to be read. */
  public static ByteBuffer encode(UpgradeRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Returns the bytes of a response with its body, ready to be read. */
  public static ByteBuffer encode(UpgradeResponse response) {
    throw new UnsupportedOperationException();
  }
}
