// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MaskerTest {

  private static final int KEY = 0x89ABCDEF;

  static Stream<Buffers.Kind> writable() {
    return Buffers.writable();
  }

  static Stream<Buffers.Kind> readable() {
    return Buffers.readable();
  }

  @Test
  void firstByteOfThePayloadMeetsTheFirstByteOfTheKey() {
    ByteBuffer buffer = ByteBuffer.allocate(5);
    Masker.apply(0x37FA213D, 0, buffer, 0, 5);
    assertThat(buffer.array()).containsExactly(0x37, 0xFA, 0x21, 0x3D, 0x37);
  }

  @Test
  void masksTheExampleOfTheRfc() {
    // RFC 6455 §5.7: "Hello"
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0x7f, (byte) 0x9f, 0x4d, 0x51, 0x58});
    Masker.apply(0x37FA213D, 0, buffer, 0, 5);
    assertThat(new String(buffer.array(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("Hello");
  }

  @ParameterizedTest
  @MethodSource("writable")
  void masksInPlaceAsOneByteAtATimeWould(Buffers.Kind kind) {
    for (int offset = 0; offset < 16; offset++) {
      for (int length = 0; length <= 70; length++) {
        byte[] payload = payload(length);
        ByteBuffer buffer = kind.of(payload);
        int from = buffer.position();
        int limit = buffer.limit();
        buffer.clear();
        Masker.apply(KEY, offset, buffer, from, from + length);
        assertThat(buffer.position()).isZero();
        assertThat(buffer.order()).isEqualTo(kind.order());
        assertThat(Buffers.bytes(buffer.slice(from, length)))
            .isEqualTo(naive(KEY, offset, payload));
        assertThat(buffer.get(from - 1)).isEqualTo((byte) 0xEE);
        assertThat(buffer.get(limit)).isEqualTo((byte) 0xEE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void masksTheCopyAsOneByteAtATimeWould(Buffers.Kind from) {
    Buffers.writable()
        .forEach(
            to -> {
              for (int offset = 0; offset < 16; offset++) {
                for (int length = 0; length <= 70; length++) {
                  copyAndCheck(from, to, offset, length);
                }
              }
            });
  }

  @ParameterizedTest
  @MethodSource("writable")
  void payloadsLongerThanWhatIsCopiedAtOnceAreMaskedWhole(Buffers.Kind kind) {
    for (int length :
        new int[] {Scratch.BYTES - 1, Scratch.BYTES, Scratch.BYTES + 1, 3 * Scratch.BYTES + 5}) {
      Buffers.readable().forEach(from -> copyAndCheck(from, kind, 3, length));
      byte[] payload = payload(length);
      ByteBuffer buffer = kind.of(payload);
      Masker.apply(KEY, 2, buffer, buffer.position(), buffer.limit());
      assertThat(Buffers.bytes(buffer)).isEqualTo(naive(KEY, 2, payload));
    }
  }

  @Test
  void masksInPlaceThroughLongsAsOneByteAtATimeWould() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(128);
    LongBuffer longs = longs(buffer);
    for (int offset = 0; offset < 4; offset++) {
      for (int from = 1; from <= 24; from++) {
        for (int length = 0; length <= 70; length++) {
          byte[] payload = payload(length);
          buffer.put(from - 1, (byte) 0xEE).put(from, payload).put(from + length, (byte) 0xEE);
          Masker.apply(KEY, offset, buffer, longs, from, from + length);
          assertThat(Buffers.bytes(buffer.slice(from, length)))
              .isEqualTo(naive(KEY, offset, payload));
          assertThat(buffer.get(from - 1)).isEqualTo((byte) 0xEE);
          assertThat(buffer.get(from + length)).isEqualTo((byte) 0xEE);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void masksTheCopyThroughLongsAsOneByteAtATimeWould(Buffers.Kind from) {
    ByteBuffer target = ByteBuffer.allocateDirect(3 * Scratch.BYTES + 64);
    LongBuffer longs = longs(target);
    for (int start = 0; start < 16; start++) {
      for (int length :
          new int[] {0, 1, 7, 8, 30, Scratch.BYTES - 1, Scratch.BYTES, 3 * Scratch.BYTES + 5}) {
        byte[] payload = payload(length);
        ByteBuffer source = from.of(payload);
        target.clear().position(start).limit(start + length + 2);
        Masker.copy(KEY, 3, source, target, longs, length);
        assertThat(source.remaining()).isZero();
        assertThat(target.remaining()).isEqualTo(2);
        assertThat(Buffers.bytes(source.position(source.limit() - length))).isEqualTo(payload);
        assertThat(Buffers.bytes(target.flip().position(start))).isEqualTo(naive(KEY, 3, payload));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("writable")
  void cutsDoNotMatter(Buffers.Kind kind) {
    byte[] payload = payload(41);
    byte[] expected = naive(KEY, 0, payload);
    Cuts.each(
        payload,
        pieces -> {
          ByteBuffer target = kind.room(payload.length);
          int start = target.position();
          long offset = 0;
          for (byte[] piece : pieces) {
            Masker.copy(KEY, offset, ByteBuffer.wrap(piece), target, piece.length);
            offset += piece.length;
          }
          assertThat(Buffers.bytes(target.position(start))).isEqualTo(expected);
        });
  }

  @Test
  void offsetsBeyondTwoGigabytesCount() {
    byte[] payload = payload(9);
    ByteBuffer buffer = ByteBuffer.wrap(payload.clone());
    Masker.apply(KEY, (1L << 40) + 3, buffer, 0, 9);
    assertThat(buffer.array()).isEqualTo(naive(KEY, 3, payload));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a mapped file cannot be deleted there")
  void positionsBeyondOneGigabyteCount(@TempDir Path directory) throws IOException {
    byte[] payload = payload(2 * Scratch.BYTES + 77);
    int gigabyte = 1 << 30;
    try (FileChannel file =
        FileChannel.open(directory.resolve("sparse"), CREATE_NEW, SPARSE, READ, WRITE)) {
      ByteBuffer target = file.map(FileChannel.MapMode.READ_WRITE, 0, gigabyte + 100_000);
      target.position(gigabyte + 3);
      Masker.copy(KEY, 1, ByteBuffer.wrap(payload), target, payload.length);
      assertThat(target.position()).isEqualTo(gigabyte + 3 + payload.length);
      assertThat(Buffers.bytes(target.slice(gigabyte + 3, payload.length)))
          .isEqualTo(naive(KEY, 1, payload));

      int before = gigabyte - 33;
      target.put(before, payload);
      Masker.apply(KEY, 2, target, before, before + payload.length);
      assertThat(Buffers.bytes(target.slice(before, payload.length)))
          .isEqualTo(naive(KEY, 2, payload));
    }
  }

  @Test
  void copyOfMoreThanThereIsChangesNothing() {
    ByteBuffer source = ByteBuffer.allocate(4);
    ByteBuffer target = ByteBuffer.allocateDirect(8);
    assertThatThrownBy(() -> Masker.copy(KEY, 0, source, target, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Masker.copy(KEY, 0, ByteBuffer.allocate(9), target, 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(source.position()).isZero();
    assertThat(target.position()).isZero();
  }

  @Test
  void secureKeysAreNeverZeroAndRarelyRepeat() {
    MaskingKeySource keys = MaskingKeys.secure();
    int[] drawn = new int[5000];
    Arrays.setAll(drawn, i -> keys.next());
    assertThat(drawn).doesNotContain(0);
    assertThat(Arrays.stream(drawn).distinct().count()).isGreaterThan(4990);
  }

  private static void copyAndCheck(Buffers.Kind from, Buffers.Kind to, int offset, int length) {
    byte[] payload = payload(length);
    ByteBuffer source = from.of(payload);
    ByteBuffer target = to.room(length + 2);
    int start = target.position();
    Masker.copy(KEY, offset, source, target, length);
    assertThat(source.remaining()).isZero();
    assertThat(target.remaining()).isEqualTo(2);
    assertThat(source.order()).isEqualTo(from.order());
    assertThat(target.order()).isEqualTo(to.order());
    assertThat(Buffers.bytes(source.position(source.limit() - length))).isEqualTo(payload);
    assertThat(target.getShort(target.position())).isZero();
    assertThat(Buffers.bytes(target.flip().position(start))).isEqualTo(naive(KEY, offset, payload));
  }

  private static LongBuffer longs(ByteBuffer buffer) {
    return buffer.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  private static byte[] payload(int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    return payload;
  }

  private static byte[] naive(int key, int offset, byte[] payload) {
    byte[] keyBytes = ByteBuffer.allocate(4).putInt(key).array();
    byte[] masked = new byte[payload.length];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = (byte) (payload[i] ^ keyBytes[(offset + i) % 4]);
    }
    return masked;
  }
}
