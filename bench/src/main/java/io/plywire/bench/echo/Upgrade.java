// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The opening handshake as far as a run needs it: the client's request, which is always the same,
 * and so the answer of the floors.
 */
public final class Upgrade {
  private static final String KEY = "cGx5d2lyZSBiZW5jaG1hcg==";

  /** What RFC 6455 section 4.2.2 makes of the key. */
  private static final String ACCEPT = "rNxNKzcAW8EK5iYJU/78bWjEz+c=";

  private static final String END = "\r\n\r\n";

  private Upgrade() {}

  /** Returns the request of the client. */
  public static byte[] request(int port) {
    return ("GET /echo HTTP/1.1\r\nHost: localhost:"
            + port
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + KEY
            + "\r\nSec-WebSocket-Version: 13"
            + END)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the answer to {@link #request}, which is always the same. */
  public static byte[] answer() {
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + ACCEPT
            + END)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Looks at what a server answered so far.
   *
   * @return whether it is complete, and consent to {@link #request}
   * @throws IOException if it is anything else
   */
  public static boolean isAgreed(String received) throws IOException {
    int end = received.indexOf(END);
    if (end < 0) {
      return false;
    }
    String fields = received.substring(0, end).toLowerCase(Locale.ROOT);
    if (!received.startsWith("HTTP/1.1 101 ")
        || !received.contains(ACCEPT)
        || fields.contains("\nsec-websocket-extensions:")) {
      throw new IOException("the server did not agree, or to more than it was asked: " + received);
    }
    if (end + END.length() < received.length()) {
      throw new IOException("the server spoke before the client did");
    }
    return true;
  }
}
