// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/**
 * What UTF-8 is (RFC 3629 section 4), one byte after the other and nothing else: too slow to use,
 * and simple enough to believe.
 */
final class Utf8Automaton {
  private int due; // continuation bytes
  private int min; // of the next one
  private int max;

  /** Takes a byte; returns false if no text goes on with it. */
  boolean take(byte next) {
    int b = next & 0xFF;
    if (due > 0) {
      boolean fits = b >= min && b <= max;
      due--;
      min = 0x80;
      max = 0xBF;
      return fits;
    }
    min = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    max = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    due = b < 0xC2 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    return b < 0x80 || (b >= 0xC2 && b <= 0xF4);
  }

  /** Tells whether the text may end here. */
  boolean complete() {
    return due == 0;
  }

  /** Returns the index of the first byte that cannot be, or the length if all can. */
  static int firstImpossible(byte[] text) {
    Utf8Automaton automaton = new Utf8Automaton();
    for (int i = 0; i < text.length; i++) {
      if (!automaton.take(text[i])) {
        return i;
      }
    }
    return text.length;
  }
}
