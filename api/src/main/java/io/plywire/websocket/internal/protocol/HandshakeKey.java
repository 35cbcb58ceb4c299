// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The key of the opening handshake and the answer to it (RFC 6455 §4.2.2, /key/). */
public final class HandshakeKey {

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int KEY_BYTES = 16;

  private static final SecureRandom RANDOM = new SecureRandom();

  private HandshakeKey() {}

  /** Returns a fresh key: 16 random bytes in base64. */
  public static String random() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Returns the value of {@code Sec-WebSocket-Accept} that proves that {@code key} was read. */
  public static String accept(String key) {
    byte[] text = (key + GUID).getBytes(StandardCharsets.ISO_8859_1);
    return Base64.getEncoder().encodeToString(sha1().digest(text));
  }

  /** Tells whether {@code key} is 16 bytes in canonical base64. */
  public static boolean isValid(String key) {
    // 16 bytes are 21 digits of six bits, one that carries the last two bits, and the padding.
    if (key.length() != 24 || !key.endsWith("==") || "AQgw".indexOf(key.charAt(21)) < 0) {
      return false;
    }
    for (int i = 0; i < 21; i++) {
      if (!isBase64Digit(key.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBase64Digit(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/';
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
