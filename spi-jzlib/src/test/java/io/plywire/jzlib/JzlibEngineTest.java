// SPDX-License-Identifier: Apache-2.0
package io.plywire.jzlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.plywire.jzlib.Streams.ExactInflater;
import io.plywire.jzlib.Streams.Kind;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import io.plywire.websocket.deflate.DeflateEngine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of engines and compressors. */
class JzlibEngineTest {
  private static final JzlibEngine ENGINE = new JzlibEngine();
  private static final ByteBuffer NO_BLOCK = ByteBuffer.wrap(new byte[] {7});
  private static final byte[] TEXT = Kind.TEXT.bytes(new Random(1), 10_000);

  @Test
  void tellsWhatItCanDo() {
    assertThat(ENGINE.name()).isEqualTo("jzlib");
    assertThat(ENGINE.minWindowBits()).isEqualTo(8);
    assertThat(ENGINE.hasMemoryLevels()).isTrue();
  }

  @Test
  void refusesWhatNobodyCanDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(7, 6, 8))
        .withMessage("window bits 7 is not between 8 and 15");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(16, 6, 8))
        .withMessageContaining("16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(12, -2, 8))
        .withMessage("compression level -2 is not between -1 and 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(12, 10, 8))
        .withMessageContaining("10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(12, 6, 0))
        .withMessage("memory level 0 is not between 1 and 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.compressor(12, 6, 10))
        .withMessageContaining("10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENGINE.decompressor(7))
        .withMessage("window bits 7 is not between 8 and 15");
  }

  @Test
  void leavesToTheJdkWhatItCanDo() {
    try (Compressor jdk = DeflateEngine.jdk().compressor(15, 6, 8);
        Compressor same = ENGINE.compressor(15, 6, 8);
        Compressor other = ENGINE.compressor(15, 6, 7)) {
      assertThat(same).hasSameClassAs(jdk);
      assertThat(other).isInstanceOf(JzlibCompressor.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 12, 15})
  void afterAResetItIsAsNewWhereverItWas(int windowBits) throws Exception {
    byte[] once;
    try (Compressor compressor = ENGINE.compressor(windowBits, 6, 8)) {
      once = Streams.compress(compressor, TEXT, 1000);
    }
    try (Compressor compressor = ENGINE.compressor(windowBits, 6, 8);
        Decompressor decompressor = ENGINE.decompressor(windowBits)) {
      for (int room = 0; room < 200; room += 7) {
        ByteBuffer some = ByteBuffer.wrap(Kind.RANDOM.bytes(new Random(room), 5000));
        compressor.compress(some, ByteBuffer.allocate(room), room % 2 == 0);
        compressor.reset();
        assertThat(Streams.compress(compressor, TEXT, 1000)).isEqualTo(once);
        compressor.reset();

        ByteBuffer cut = ByteBuffer.wrap(once, 0, once.length - room);
        decompressor.decompress(cut, ByteBuffer.allocate(1 + 10 * room));
        decompressor.reset();
        assertThat(Streams.decompress(decompressor, once, TEXT.length)).isEqualTo(TEXT);
        decompressor.reset();
      }
      assertThatThrownBy(() -> decompressor.decompress(NO_BLOCK.clear(), ByteBuffer.allocate(9)))
          .isInstanceOf(DataFormatException.class);
      decompressor.reset();
      assertThat(Streams.decompress(decompressor, once, TEXT.length)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 100, 2047, 2048, 2049})
  void anyRoomWillDo(int room) throws Exception {
    for (int level : new int[] {0, 1, 6}) {
      try (Compressor compressor = ENGINE.compressor(10, level, 4)) {
        ExactInflater exact = new ExactInflater(10);
        for (int size = 0; size <= TEXT.length; size += 1 + size / 2) {
          byte[] message = Arrays.copyOf(TEXT, size);
          byte[] compressed = Streams.compress(compressor, message, room);
          assertThat(exact.inflate(compressed, size)).isEqualTo(message);
        }
      }
    }
  }

  /** The room just suffices in one of these, which must not make it say that there is more. */
  @Test
  void isDoneWhenAllIsOut() throws Exception {
    byte[] compressed;
    try (Compressor compressor = ENGINE.compressor(12, 6, 8)) {
      compressed = Streams.compress(compressor, TEXT, 20_000);
    }
    for (int room = compressed.length - 10; room < compressed.length + 10; room++) {
      try (Compressor compressor = ENGINE.compressor(12, 6, 8)) {
        ByteBuffer source = ByteBuffer.wrap(TEXT);
        ByteBuffer target = ByteBuffer.allocate(room);
        boolean done = compressor.compress(source, target, true);
        assertThat(done).as("room for %d", room).isEqualTo(room >= compressed.length);
        assertThat(target.position()).isEqualTo(Math.min(room, compressed.length));
        assertThat(compressor.compress(source, ByteBuffer.allocate(10), true)).isTrue();
      }
    }
  }

  @Test
  void aFlushOfNothingNewAddsNothing() {
    try (Compressor compressor = ENGINE.compressor(9, 6, 8)) {
      Streams.compress(compressor, TEXT, 1000);
      ByteBuffer target = ByteBuffer.allocate(100);
      assertThat(compressor.compress(ByteBuffer.allocate(0), target, true)).isTrue();
      assertThat(target.position()).isZero();
    }
  }

  @Test
  void holdsBackUntilAFlush() throws Exception {
    for (int windowBits = 8; windowBits <= 14; windowBits++) {
      try (Compressor compressor = ENGINE.compressor(windowBits, 6, 8)) {
        ByteBuffer target = ByteBuffer.allocate(20_000);
        ByteBuffer none = ByteBuffer.allocate(0);
        ByteBuffer source = ByteBuffer.wrap(TEXT);
        while (source.hasRemaining()) {
          ByteBuffer piece = source.slice(source.position(), Math.min(source.remaining(), 77));
          source.position(source.position() + piece.remaining());
          assertThat(compressor.compress(piece, target, false)).isTrue();
          assertThat(piece.hasRemaining()).isFalse();
        }
        assertThat(compressor.compress(none, none, true)).isFalse();
        assertThat(compressor.compress(none, target, true)).isTrue();
        byte[] compressed = Arrays.copyOf(target.array(), target.position());
        assertThat(new ExactInflater(windowBits).inflate(compressed, TEXT.length)).isEqualTo(TEXT);
      }
    }
  }

  @Test
  void keepsNothingOfTheSource() throws Exception {
    ByteBuffer target = ByteBuffer.allocate(20_000);
    try (Compressor compressor = ENGINE.compressor(11, 6, 8)) {
      byte[] copy = TEXT.clone();
      ByteBuffer source = ByteBuffer.wrap(copy);
      assertThat(compressor.compress(source, target, false)).isTrue();
      Arrays.fill(copy, (byte) 'x'); // its owner uses it for something else
      assertThat(compressor.compress(ByteBuffer.allocate(0), target, true)).isTrue();
    }
    byte[] compressed = Arrays.copyOf(target.array(), target.position());
    assertThat(new ExactInflater(11).inflate(compressed, TEXT.length)).isEqualTo(TEXT);
  }

  @Test
  void buffersOfAnyKind() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(TEXT.length).put(TEXT).flip();
    ByteBuffer readOnly = ByteBuffer.wrap(TEXT).asReadOnlyBuffer();
    ByteBuffer sliced = ByteBuffer.wrap(TEXT).slice(100, 5000);
    try (Compressor compressor = ENGINE.compressor(13, 6, 8)) {
      ExactInflater exact = new ExactInflater(13);
      for (ByteBuffer source : new ByteBuffer[] {direct, readOnly, sliced}) {
        byte[] message = new byte[source.remaining()];
        source.duplicate().get(message);
        ByteBuffer target = ByteBuffer.allocateDirect(20_000).position(3);
        assertThat(compressor.compress(source, target, true)).isTrue();
        assertThat(source.hasRemaining()).isFalse();
        byte[] compressed = new byte[target.flip().position(3).remaining()];
        target.get(compressed);
        assertThat(exact.inflate(compressed, message.length)).isEqualTo(message);
      }
    }
  }

  @Test
  void makesNoGarbage() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    ByteBuffer source = ByteBuffer.wrap(TEXT);
    ByteBuffer target = ByteBuffer.allocate(20_000);
    try (Compressor compressor = ENGINE.compressor(10, 6, 8)) {
      for (int i = 0; i < 20; i++) {
        compressor.compress(source.rewind(), target.clear(), true);
      }
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < 200; i++) {
        compressor.compress(source.rewind(), target.clear(), true);
      }
      assertThat(threads.getThreadAllocatedBytes(self) - before).isLessThan(200);
    }
  }

  @Test
  void mayBeClosedTwice() {
    Compressor compressor = ENGINE.compressor(9, 6, 1);
    compressor.compress(ByteBuffer.wrap(TEXT), ByteBuffer.allocate(10), false);
    compressor.close();
    compressor.close();
  }
}
