// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8ValidatorTest {

  /** Continuation bytes, and their neighbors, at which some rule changes. */
  private static final int[] SECONDS = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

  /** Between them they complete every beginning of a code point. */
  private static final List<byte[]> ENDINGS =
      Stream.of("", "80", "8080", "808080", "90", "9080", "908080", "a0", "a080", "a08080")
          .map(HexFormat.of()::parseHex)
          .toList();

  @Test
  void everyLeadByteWithEveryBoundaryIsJudgedAtTheEarliestByte() {
    for (int lead = 0; lead < 256; lead++) {
      check(lead);
      for (int second : SECONDS) {
        check(lead, second);
        for (int third : SECONDS) {
          check(lead, second, third);
          for (int fourth : SECONDS) {
            check(lead, second, third, fourth);
          }
        }
      }
    }
  }

  @Test
  void everyCodePointIsValid() {
    Utf8Validator validator = new Utf8Validator();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(c).getBytes(UTF_8);
        if (!validator.validate(ByteBuffer.wrap(bytes), 0, bytes.length) || !validator.complete()) {
          throw new AssertionError("U+%04X".formatted(c));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80",
    "bf",
    "c0",
    "c1",
    "f5",
    "f8",
    "fe",
    "ff", // no such lead byte
    "c27f",
    "c2c0",
    "e07f",
    "e09f",
    "eda0",
    "edbf",
    "f08f",
    "f490",
    "f4bf", // bad second byte
    "e0a07f",
    "ed9fc0",
    "f0907f",
    "f48fc0",
    "f090807f",
    "f48fbfc0", // bad later byte
    "6161616161616161eda0",
    "d0b1d0b1d0b180"
  })
  void failsAtTheFirstImpossibleByte(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Cuts.each(
        bytes,
        pieces -> {
          Utf8Validator validator = new Utf8Validator();
          boolean valid = true;
          for (byte[] piece : pieces) {
            valid = validator.validate(ByteBuffer.wrap(piece), 0, piece.length);
          }
          assertThat(valid).isFalse();
          assertThat(validator.complete()).isFalse();
        });
    Utf8Validator before = new Utf8Validator();
    assertThat(before.validate(ByteBuffer.wrap(bytes), 0, bytes.length - 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2", "e0", "e0a0", "ed9f", "f0", "f090", "f09080", "f48fbf"})
  void unfinishedCodePointIsPossibleButNotComplete(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Utf8Validator validator = new Utf8Validator();
    assertThat(validator.validate(ByteBuffer.wrap(bytes), 0, bytes.length)).isTrue();
    assertThat(validator.complete()).isFalse();
    // An empty piece at the end of the message does not complete it.
    assertThat(validator.validate(ByteBuffer.allocate(0), 0, 0)).isTrue();
    assertThat(validator.complete()).isFalse();
  }

  @Test
  void failureIsStickyUntilReset() {
    Utf8Validator validator = new Utf8Validator();
    ByteBuffer good = ByteBuffer.wrap(new byte[] {'a'});
    assertThat(validator.validate(ByteBuffer.wrap(new byte[] {(byte) 0xFF}), 0, 1)).isFalse();
    assertThat(validator.validate(good, 0, 1)).isFalse();
    validator.reset();
    assertThat(validator.validate(good, 0, 1)).isTrue();
    assertThat(validator.complete()).isTrue();
  }

  @Test
  void resetForgetsAnUnfinishedCodePoint() {
    Utf8Validator validator = new Utf8Validator();
    validator.validate(ByteBuffer.wrap(new byte[] {(byte) 0xE0}), 0, 1);
    validator.reset();
    assertThat(validator.complete()).isTrue();
    assertThat(validator.validate(ByteBuffer.wrap(new byte[] {'a'}), 0, 1)).isTrue();
  }

  @Test
  void textIsValidHoweverItIsCut() {
    byte[] text =
        "Ein Text über Straßen, 天地玄黄, 😀😃 and then thirty-two ASCII characters.".getBytes(UTF_8);
    Cuts.each(
        text,
        pieces -> {
          Utf8Validator validator = new Utf8Validator();
          for (byte[] piece : pieces) {
            assertThat(validator.validate(ByteBuffer.wrap(piece), 0, piece.length)).isTrue();
          }
          assertThat(validator.complete()).isTrue();
        });
  }

  @Test
  void buffersOfEveryKindAreJudgedAlikeAndLeftAlone() {
    byte[] text = "aé天😀".repeat(3000).getBytes(UTF_8);
    Buffers.readable()
        .forEach(
            kind -> {
              Utf8Validator validator = new Utf8Validator();
              ByteBuffer buffer = kind.of(text);
              int from = buffer.position();
              int to = buffer.limit();
              assertThat(validator.validate(buffer, from, to)).isTrue();
              assertThat(validator.complete()).isTrue();
              assertThat(buffer.position()).isEqualTo(from);
              assertThat(buffer.limit()).isEqualTo(to);
              ByteBuffer wider = buffer.clear();
              assertThat(validator.validate(wider, from - 1, to)).isFalse();
            });
  }

  @Test
  void faultIsFoundAtEveryIndexOfALongText() {
    byte[] text = "x".repeat(100).getBytes(UTF_8);
    for (int i = 0; i < text.length; i++) {
      byte[] broken = text.clone();
      broken[i] = (byte) 0x80;
      assertThat(new Utf8Validator().validate(ByteBuffer.wrap(broken), 0, broken.length)).isFalse();
      assertThat(new Utf8Validator().validate(ByteBuffer.wrap(broken), 0, i)).isTrue();
    }
  }

  @Test
  void randomBytesAreJudgedAsTheJdkJudges() {
    long seed = Long.getLong("plywire.test.seed", System.nanoTime());
    System.out.println("Utf8ValidatorTest: -Dplywire.test.seed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = mostlyValid(random);
      int cut = random.nextInt(bytes.length + 1);
      Utf8Validator validator = new Utf8Validator();
      validator.validate(ByteBuffer.wrap(bytes), 0, cut);
      validator.validate(ByteBuffer.wrap(bytes), cut, bytes.length);
      assertThat(validator.complete())
          .as("seed %d, %s cut at %d", seed, HexFormat.of().formatHex(bytes), cut)
          .isEqualTo(jdkAccepts(bytes));
    }
  }

  private static byte[] mostlyValid(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(40); left > 0; left--) {
      int bits = 1 + random.nextInt(21);
      int c = random.nextInt(Math.min(1 << bits, Character.MAX_CODE_POINT + 1));
      text.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 'x' : c);
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static void check(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    boolean accepted = jdkAccepts(bytes);
    boolean possible = canBecomeValid(bytes);
    judge(bytes, possible, accepted);
    if (possible != (Utf8Automaton.firstImpossible(bytes) == bytes.length)) {
      throw new AssertionError("the automaton is wrong: " + HexFormat.of().formatHex(bytes));
    }
    // The same among ASCII, where whole sequences are taken at once.
    byte[] among = new byte[values.length + 9];
    Arrays.fill(among, (byte) 'x');
    System.arraycopy(bytes, 0, among, 1, bytes.length);
    judge(among, accepted, accepted);
  }

  private static void judge(byte[] bytes, boolean possible, boolean complete) {
    Utf8Validator validator = new Utf8Validator();
    if (validator.validate(ByteBuffer.wrap(bytes), 0, bytes.length) != possible
        || validator.complete() != complete) {
      throw new AssertionError(HexFormat.of().formatHex(bytes));
    }
  }

  private static boolean jdkAccepts(byte[] bytes) {
    CoderResult result =
        UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(256), true);
    return !result.isError();
  }

  /** The definition of "possible": some ending makes the text valid. */
  private static boolean canBecomeValid(byte[] bytes) {
    return ENDINGS.stream().anyMatch(ending -> jdkAccepts(concat(bytes, ending)));
  }

  private static byte[] concat(byte[] bytes, byte[] ending) {
    byte[] both = Arrays.copyOf(bytes, bytes.length + ending.length);
    System.arraycopy(ending, 0, both, bytes.length, ending.length);
    return both;
  }
}
