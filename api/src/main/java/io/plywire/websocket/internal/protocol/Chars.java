// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.util.function.IntPredicate;

/** Judges texts by their characters. A stream would cost more than all else about a short text. */
public final class Chars {

  private Chars() {}

  /** Tells whether each character is of a kind; so it is in an empty text. */
  public static boolean all(String text, IntPredicate kind) {
    for (int i = 0; i < text.length(); i++) {
      if (!kind.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
