// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake as far as a run needs it: the client's request, which is always the same,
 * and so the answer of the floors.
 */
public final class Upgrade {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String KEY = "cGx5d2lyZSBiZW5jaG1hcg==";
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
            + accept(KEY)
            + END)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Looks at what a server answered so far.
   *
   * @return how long the answer is, or 0 if it is not complete yet
   * @throws IllegalArgumentException if it is no consent to {@link #request}
   */
  public static int answerLength(String received) {
    int end = received.indexOf(END);
    if (end < 0) {
      return 0;
    }
    String answer = received.substring(0, end + END.length());
    if (!answer.startsWith("HTTP/1.1 101 ")
        || !accept(KEY).equals(field(answer, "sec-websocket-accept"))) {
      throw new IllegalArgumentException("the server did not agree: " + answer);
    }
    if (field(answer, "sec-websocket-extensions") != null) {
      throw new IllegalArgumentException("the server chose an extension: " + answer);
    }
    return answer.length();
  }

  private static @Nullable String field(String head, String name) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(null);
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
