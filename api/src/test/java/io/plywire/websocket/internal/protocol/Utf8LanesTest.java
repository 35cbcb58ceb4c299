// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is computed of eight bytes at once is what the automaton says of one after the other. */
class Utf8LanesTest {
  /** Bytes of every class, and those at which one begins or ends. */
  private static final byte[] CLASSES =
      HexFormat.of().parseHex("00417f808f909fa0bfc0c1c2cccddfe0e1ecedeeeff0f1f3f4f5f8ff");

  @Test
  void everyShortStringIsJudgedInEachLaneAndAcrossWords() {
    byte[] text = new byte[4];
    int invalid = 0;
    for (byte a : CLASSES) {
      for (byte b : CLASSES) {
        for (byte c : CLASSES) {
          for (byte d : CLASSES) {
            text[0] = a;
            text[1] = b;
            text[2] = c;
            text[3] = d;
            boolean valid = isValid(text);
            invalid += valid ? 0 : 1;
            for (int at = 0; at <= Long.BYTES; at++) {
              judge(text, at, valid);
            }
          }
        }
      }
    }
    assertThat(invalid).isPositive();
  }

  /** With zeros before and behind it, in which no sequence can go on. */
  private static void judge(byte[] text, int at, boolean valid) {
    long first = word(text, -at);
    long second = word(text, Long.BYTES - at);
    long third = 0;
    long faults =
        Utf8Lanes.badStructure(first, 0)
            | Utf8Lanes.badPair(first, 0)
            | Utf8Lanes.badStructure(second, first)
            | Utf8Lanes.badPair(second, first)
            | Utf8Lanes.badStructure(third, second)
            | Utf8Lanes.badPair(third, second);
    long doubts =
        Utf8Lanes.unsure(first, 0)
            | Utf8Lanes.unsure(second, first)
            | Utf8Lanes.unsure(third, second);
    boolean faultless = (faults & Utf8Lanes.UPPER) == 0;
    boolean sure = (doubts & Utf8Lanes.UPPER) == 0;
    if (faultless != valid || sure && !valid) {
      throw new AssertionError(
          "%s at %d: faultless %s, sure %s, valid %s"
              .formatted(HexFormat.of().formatHex(text), at, faultless, sure, valid));
    }
  }

  private static boolean isValid(byte[] text) {
    Utf8Automaton automaton = new Utf8Automaton();
    for (byte b : text) {
      if (!automaton.take(b)) {
        return false;
      }
    }
    return automaton.complete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Grüße aus München, žluťoučký kůň, İstanbul",
        "Съешь же ещё этих мягких французских булок",
        "Ξεσκεπάζω την ψυχοφθόρα",
        "שלום עולם",
        "هذا نص عربي قصير",
        "日本語の文章です。カタカナ",
        "汉字，很多！",
        "naïve “quotes” — and €"
      })
  void mostLanguagesLeaveNoDoubts(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    long before = 0;
    for (int at = 0; at < bytes.length; at += Long.BYTES) {
      long here = word(bytes, at);
      assertThat(Utf8Lanes.unsure(here, before) & Utf8Lanes.UPPER).as("from %d on", at).isZero();
      before = here;
    }
  }

  /** Returns eight bytes from an index on, which may be negative; zeros where there are none. */
  private static long word(byte[] bytes, int from) {
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      int at = from + i;
      if (at >= 0 && at < bytes.length) {
        word |= (bytes[at] & 0xFFL) << i * Byte.SIZE;
      }
    }
    return word;
  }
}
