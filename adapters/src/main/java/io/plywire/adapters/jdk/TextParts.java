// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Makes characters of the bytes of a text that comes in parts. What is left of a part, because a
 * character ends in the next one, is kept for that; so no surrogate pair is ever cut.
 */
final class TextParts {
  /** The longest beginning of a character that is none yet. */
  private static final int MAX_LEFT = 3;

  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer left = ByteBuffer.allocate(MAX_LEFT);

  /**
   * Returns the characters that are complete with this part.
   *
   * @param bytes valid UTF-8, as the stream has found
   * @param last whether the text ends here
   */
  String take(ByteBuffer bytes, boolean last) {
    ByteBuffer all = bytes;
    if (left.position() > 0) {
      all = ByteBuffer.allocate(left.position() + bytes.remaining());
      all.put(left.flip()).put(bytes).flip();
      left.clear();
    }
    CharBuffer characters = CharBuffer.allocate(all.remaining());
    CoderResult result = decoder.reset().decode(all, characters, last);
    if (!result.isUnderflow()) {
      throw new IllegalStateException("the stream let through what is no UTF-8: " + result);
    }
    left.put(all);
    return characters.flip().toString();
  }
}
