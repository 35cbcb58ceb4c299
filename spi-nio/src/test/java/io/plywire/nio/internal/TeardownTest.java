// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static io.plywire.nio.internal.Rig.pattern;
import static io.plywire.nio.internal.Rig.read;
import static io.plywire.nio.internal.Rig.runOnLoop;
import static io.plywire.nio.internal.Rig.settle;
import static io.plywire.nio.internal.Rig.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.internal.Rig.Pair;
import io.plywire.nio.internal.Rig.Plain;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(120)
@SuppressWarnings("try") // closing early is what is tested
class TeardownTest {
  @Parameter Wire wire;

  private final Rig rig = new Rig(1);

  @AfterEach
  void nothingIsLeft() {
    settle(rig.loop());
    assertThat(Rig.onLoop(rig.loop(), rig.loop()::memberCount)).isZero();
    assertThat(Rig.onLoop(rig.loop(), rig.loop()::timerCount)).isZero();
    rig.close();
  }

  @Test
  void bothSidesSayGoodbye() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      Outcome<Void> client = teardown(pair.client(), Role.CLIENT);
      Outcome<Void> server = teardown(pair.server(), Role.SERVER);
      assertThat(client.awaitBytes()).isZero();
      assertThat(server.awaitBytes()).isZero();
      assertThat(pair.client().isOpen()).isFalse();
      assertThat(pair.server().isOpen()).isFalse();
      read(pair.client(), ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
    }
  }

  @Test
  void serverEndsItsSideFirst() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> teardown = teardown(plain.stream(), Role.SERVER);
      assertThat(plain.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(teardown.isDone()).isFalse();
      plain.peer().write(ByteBuffer.allocate(100)); // is still taken
      plain.peer().shutdownOutput();
      teardown.awaitBytes();
    }
  }

  @Test
  void clientEndsItsSideAfterTheServer() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> teardown = teardown(plain.stream(), Role.CLIENT);
      settle(rig.loop());
      plain.peer().configureBlocking(false);
      assertThat(plain.peer().read(ByteBuffer.allocate(1))).isZero();
      plain.peer().configureBlocking(true);
      assertThat(teardown.isDone()).isFalse();
      plain.peer().shutdownOutput();
      assertThat(plain.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
      teardown.awaitBytes();
    }
  }

  @Test
  void everythingAcceptedArrivesThoughThePeerHasSentMuchThatNobodyRead() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      byte[] flood = new byte[100_000];
      Thread sender =
          new Thread(
              () -> {
                try {
                  ByteBuffer buffer = ByteBuffer.wrap(flood);
                  while (buffer.hasRemaining()) {
                    plain.peer().write(buffer);
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      sender.start();
      ByteBuffer last = pattern(ByteBuffer.allocate(50_000), 0);
      Outcome<Void> teardown = new Outcome<>();
      while (last.hasRemaining()) {
        write(plain.stream(), last).awaitBytes();
      }
      plain.stream().asyncTeardown(Role.SERVER, teardown);
      ByteBuffer got = ByteBuffer.allocate(60_000);
      while (plain.peer().read(got) >= 0) {} // a reset would throw
      assertThat(got.position()).isEqualTo(50_000);
      Rig.assertPattern(got.flip(), 0);
      sender.join();
      plain.peer().shutdownOutput();
      teardown.awaitBytes();
    }
  }

  @Test
  void smallWritesOfTheSameTurnAreFlushed() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> teardown = new Outcome<>();
      runOnLoop(
          rig.loop(),
          () -> {
            Outcome<Void> writing = new Outcome<Void>().inline();
            ByteBuffer[] sources = {pattern(ByteBuffer.allocate(77), 0)};
            plain.stream().asyncWriteSome(sources, writing);
            assertThat(writing.isDone()).isTrue();
            plain.stream().asyncTeardown(Role.SERVER, teardown);
          });
      ByteBuffer got = ByteBuffer.allocate(100);
      while (plain.peer().read(got) >= 0) {}
      assertThat(got.position()).isEqualTo(77);
      plain.peer().close();
      teardown.awaitBytes();
    }
  }

  @Test
  void flushWaitsForAPeerThatReadsLater() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      long accepted = 0;
      while (true) { // fill the system's windows and our own
        Outcome<Void> writing = new Outcome<Void>().inline();
        ByteBuffer[] sources = {ByteBuffer.allocate(5_000)};
        runOnLoop(rig.loop(), () -> plain.stream().asyncWriteSome(sources, writing));
        settle(rig.loop());
        if (!writing.isDone()) {
          writing.cancel(CancellationType.TOTAL);
          writing.awaitCancelled(CancellationType.TOTAL);
          break;
        }
        accepted += writing.awaitBytes();
      }
      Outcome<Void> teardown = teardown(plain.stream(), Role.SERVER);
      settle(rig.loop());
      assertThat(teardown.isDone()).isFalse();
      long got = 0;
      ByteBuffer sink = ByteBuffer.allocate(100_000);
      for (int n = 0; n >= 0; n = plain.peer().read(sink.clear())) {
        got += n;
      }
      assertThat(got).isEqualTo(accepted);
      plain.peer().shutdownOutput();
      teardown.awaitBytes();
    }
  }

  @Test
  void pendingReadIsAbortedAndOperationsMeanwhileAreRefused() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
      Outcome<Void> teardown = teardown(plain.stream(), Role.SERVER);
      reading.awaitError(StreamError.ABORTED);
      assertThat(plain.stream().isOpen()).isTrue();
      read(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
      plain.peer().close();
      teardown.awaitBytes();
      write(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
    }
  }

  @Test
  void peerThatNeverEndsItsSideIsNotWaitedForLong() throws Exception {
    if (wire != Wire.TCP) {
      return; // once is enough for something that takes its time
    }
    try (Plain plain = rig.plain(wire)) {
      assertThat(teardown(plain.stream(), Role.SERVER).awaitError(StreamError.TIMEOUT))
          .hasMessageContaining("within 2 s");
      assertThat(plain.stream().isOpen()).isFalse();
    }
  }

  @Test
  void peerThatNeverStopsSendingIsCutOff() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Thread sender =
          new Thread(
              () -> {
                ByteBuffer flood = ByteBuffer.allocateDirect(1 << 20);
                try {
                  while (true) {
                    plain.peer().write(flood.clear());
                  }
                } catch (IOException e) {
                  // cut off
                }
              });
      sender.start();
      assertThat(teardown(plain.stream(), Role.SERVER).awaitError(StreamError.TIMEOUT))
          .hasMessageContaining("the limit is " + TeardownOperation.DRAIN_BYTES);
      sender.join();
    }
  }

  @Test
  void resetIsReported() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      write(plain.stream(), ByteBuffer.allocate(10)).awaitBytes();
      settle(rig.loop());
      Outcome<Void> teardown = teardown(plain.stream(), Role.CLIENT);
      reset(plain.peer());
      teardown.awaitError(StreamError.RESET);
      assertThat(plain.stream().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelClosesTheStream(CancellationType type) throws Exception {
    for (boolean early : new boolean[] {true, false}) {
      try (Plain plain = rig.plain(wire)) {
        Outcome<Void> teardown = teardown(plain.stream(), Role.CLIENT);
        if (!early) {
          settle(rig.loop());
        }
        teardown.cancel(type);
        teardown.awaitCancelled(type);
        assertThat(plain.stream().isOpen()).isFalse();
        assertThat(plain.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void closeEndsIt() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> teardown = teardown(plain.stream(), Role.CLIENT);
      plain.stream().close();
      teardown.awaitError(StreamError.ABORTED);
    }
  }

  @Test
  void afterTheEndOfTheStream() throws Exception {
    for (Role role : Role.values()) {
      try (Plain plain = rig.plain(wire)) {
        plain.peer().shutdownOutput();
        read(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.EOF);
        teardown(plain.stream(), role).awaitBytes();
        assertThat(plain.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void afterAReset() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      write(plain.stream(), ByteBuffer.allocate(10)).awaitBytes();
      settle(rig.loop());
      reset(plain.peer());
      read(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.RESET);
      teardown(plain.stream(), Role.SERVER).awaitError(StreamError.RESET);
      assertThat(plain.stream().isOpen()).isFalse();
    }
  }

  private static Outcome<Void> teardown(NioStream stream, Role role) {
    Outcome<Void> outcome = new Outcome<>();
    stream.asyncTeardown(role, outcome);
    return outcome;
  }

  private void reset(SocketChannel peer) throws IOException {
    if (wire.tcp) {
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    peer.close(); // with bytes unread, which makes it a reset
  }
}
