// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Turns strings into the payload of text messages, and back, as fast as the JDK can. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Encodes a text.
   *
   * @return memory of its own
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public static ByteBuffer encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (mayHaveReplacements(text, bytes) && !surrogatesArePaired(text)) {
      throw new IllegalArgumentException("the text has a surrogate without its partner");
    }
    return ByteBuffer.wrap(bytes);
  }

  /** Decodes a payload, which has been validated; its position stays. */
  public static String decode(ByteBuffer payload) {
    if (payload.hasArray()) {
      int from = payload.arrayOffset() + payload.position();
      return new String(payload.array(), from, payload.remaining(), StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The JDK puts a question mark in place of a single surrogate and does not tell. It compares and
   * searches strings of single bytes in vectors, so that most texts are cleared at little cost.
   */
  private static boolean mayHaveReplacements(String text, byte[] bytes) {
    String single = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean isAscii = single.equals(text);
    return !isAscii && single.indexOf('?') >= 0;
  }

  private static boolean surrogatesArePaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        i++;
        boolean isPair = i < text.length() && Character.isSurrogatePair(c, text.charAt(i));
        if (!isPair) {
          return false;
        }
      }
    }
    return true;
  }
}
