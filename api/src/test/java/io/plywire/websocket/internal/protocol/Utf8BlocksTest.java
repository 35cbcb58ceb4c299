// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Long texts are validated in blocks, and judged byte for byte as the automaton judges. */
class Utf8BlocksTest {
  /** Bytes of every class, and those at which one begins or ends. */
  private static final byte[] CLASSES =
      HexFormat.of().parseHex("00417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5f8ff");

  /** How many texts are spoiled: -Dplywire.test.mutations=10000000 takes some minutes. */
  private static final int MUTATIONS = Integer.getInteger("plywire.test.mutations", 100_000);

  /** All ways to cut four bytes. */
  private static final int[][] ENDS =
      IntStream.range(0, 8).mapToObj(Utf8BlocksTest::ends).toArray(int[][]::new);

  private static final String[] SCRIPTS = {
    "Съешь же ещё этих мягких французских булок, ", // two bytes each
    "שלום עולם, ",
    "日本語の文章です。", // three
    "हिन्दी ไทย 한국어 힣 ", // with the lead bytes E0 and ED
    "😀😃🏳️‍🌈", // four
    "{\"name\": \"Zoë\", \"café\": \"Ω≈ç√\", \"id\": 12345678}",
    "plain ASCII, which has its own way, for long enough to take it. "
  };

  @Test
  void everyShortStringIsJudgedWhereverItStandsInABlock() {
    byte[] text = new byte[Utf8Block.WORTHWHILE + 70];
    int at = 0;
    for (byte a : CLASSES) {
      for (byte b : CLASSES) {
        for (byte c : CLASSES) {
          for (byte d : CLASSES) {
            // At each place in turn: within a word, across two, at the very end.
            at = (at + 1) % (text.length - 3);
            Arrays.fill(text, (byte) 'x');
            text[0] = (byte) 0xC3; // a run of ASCII would be skipped
            text[1] = (byte) 0xA9;
            text[at] = a;
            text[at + 1] = b;
            text[at + 2] = c;
            text[at + 3] = d;
            judge(text, text.length);
          }
        }
      }
    }
  }

  @Test
  void everyShortStringIsJudgedWhereverItIsCut() {
    byte[] text = new byte[4];
    for (byte a : CLASSES) {
      for (byte b : CLASSES) {
        for (byte c : CLASSES) {
          for (byte d : CLASSES) {
            text[0] = a;
            text[1] = b;
            text[2] = c;
            text[3] = d;
            for (int[] ends : ENDS) {
              judge(text, ends);
            }
          }
        }
      }
    }
  }

  /** Returns where the pieces of four bytes end; a bit for each index tells of one before it. */
  private static int[] ends(int cuts) {
    return IntStream.rangeClosed(1, 4).filter(i -> i == 4 || (cuts & 1 << i - 1) != 0).toArray();
  }

  private static void judge(byte[] text, int... ends) {
    int first = Utf8Automaton.firstImpossible(text);
    Utf8Validator validator = new Utf8Validator();
    ByteBuffer buffer = ByteBuffer.wrap(text);
    int from = 0;
    for (int end : ends) {
      if (validator.validate(buffer, from, end) != end <= first) {
        throw new AssertionError(
            "%s cut at %s, impossible from %d"
                .formatted(HexFormat.of().formatHex(text), Arrays.toString(ends), first));
      }
      from = end;
    }
    if (from == text.length && validator.complete() != isComplete(text)) {
      throw new AssertionError(HexFormat.of().formatHex(text));
    }
  }

  private static boolean isComplete(byte[] text) {
    Utf8Automaton automaton = new Utf8Automaton();
    boolean possible = true;
    for (int i = 0; i < text.length && possible; i++) {
      possible = automaton.take(text[i]);
    }
    return possible && automaton.complete();
  }

  @Test
  void cutOffSequencesAreFoundWhereverABlockEnds() {
    for (byte[] lead :
        new byte[][] {
          {(byte) 0xC3}, {(byte) 0xE3, (byte) 0x81}, {(byte) 0xF0, (byte) 0x9F, (byte) 0x98}
        }) {
      for (int at = 2; at < Utf8Block.MAX + 1030; at++) {
        byte[] text = new byte[Utf8Block.MAX + 1040];
        Arrays.fill(text, (byte) 'x');
        text[0] = (byte) 0xC3;
        text[1] = (byte) 0xA9;
        System.arraycopy(lead, 0, text, at, lead.length);
        text[at + lead.length] = (byte) 0xC3; // and another one, where the piece may end
        judge(text, at + lead.length, at + lead.length + 1);
        judge(text, at + lead.length + 1);
        judge(text, text.length);
      }
    }
  }

  @Test
  void spoiledTextsAreJudgedAlikeToTheByte() {
    long seed = Long.getLong("plywire.test.seed", System.nanoTime());
    System.out.println("Utf8BlocksTest: -Dplywire.test.seed=" + seed);
    Random random = new Random(seed);
    int impossible = 0;
    for (int round = 0; round < MUTATIONS; round++) {
      byte[] text = text(random);
      for (int spoil = random.nextInt(3); spoil > 0; spoil--) {
        int at = random.nextInt(text.length);
        text[at] =
            switch (random.nextInt(3)) {
              case 0 -> (byte) random.nextInt();
              case 1 -> CLASSES[random.nextInt(CLASSES.length)];
              default -> (byte) (text[at] ^ 1 << random.nextInt(8));
            };
      }
      int first = Utf8Automaton.firstImpossible(text);
      impossible += first < text.length ? 1 : 0;
      // To the byte: all before it is possible, with it is not.
      judge(text, Math.min(first, text.length));
      judge(text, Math.min(first + 1, text.length));
      judge(text, text.length);
      int cut = 1 + random.nextInt(text.length);
      judge(text, cut, text.length);
    }
    assertThat(impossible).as("seed %d: texts that were spoiled", seed).isBetween(1, MUTATIONS - 1);
  }

  /**
   * A text of up to one and a half blocks in one script or many, which may be cut within a code
   * point.
   */
  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(random.nextInt(16) == 0 ? 3 * Utf8Block.MAX / 2 : 400);
    int script = random.nextInt(SCRIPTS.length);
    boolean mixed = random.nextBoolean();
    while (text.length() < length) {
      text.append(SCRIPTS[mixed ? random.nextInt(SCRIPTS.length) : script]);
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    int from = random.nextInt(4) == 0 ? random.nextInt(8) : 0;
    return Arrays.copyOfRange(bytes, from, Math.max(from + 1, Math.min(bytes.length, length)));
  }
}
