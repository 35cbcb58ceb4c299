// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the layer, from either side. */
class TlsCloseAndTeardownTest {
  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap(Harness.random(count, count));
  }

  private static Harness small(int window) {
    return new Harness(TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(window))
        .open();
  }

  @ParameterizedTest
  @MethodSource("io.plywire.tls.HandshakeAndEchoTest#pairs")
  void goodbyeInEitherOrderAndAtOnce(TestEngine client, TestEngine server, String protocol) {
    for (int order = 0; order < 3; order++) {
      try (Harness h = new Harness(client, server, protocol, b -> b).open()) {
        h.written(h.client, bytes(1000));
        h.written(h.server, bytes(2000));
        TlsStream first = order == 1 ? h.server : h.client;
        TlsStream second = order == 1 ? h.client : h.server;
        Role role = order == 1 ? Role.SERVER : Role.CLIENT;
        Result<Void> one = h.tearDown(first, role);
        if (order < 2) {
          h.run();
        }
        if (order < 2) {
          // Everything that was written before is there, then the end.
          ByteBuffer target = ByteBuffer.allocate(30_000);
          Result<Void> read = h.read(second, target);
          h.run();
          read.assertMoved(order == 1 ? 2000 : 1000);
          Result<Void> end = h.read(second, target);
          h.run();
          end.assertFailed(StreamError.EOF); // by close_notify, whatever the layer below says
        }
        Result<Void> other = h.tearDown(second, role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
        h.run();
        one.assertMoved(0);
        other.assertMoved(0);
        assertThat(h.client.isOpen() || h.server.isOpen()).isFalse();
      }
    }
  }

  @Test
  void endIsSticky() {
    try (Harness h = new Harness().open()) {
      h.tearDown(h.client, Role.CLIENT);
      h.run();
      for (int i = 0; i < 3; i++) {
        Result<Void> read = h.read(h.server, ByteBuffer.allocate(10));
        Result<Void> write = i == 0 ? h.write(h.server, bytes(10)) : null;
        h.run();
        read.assertFailed(StreamError.EOF);
        if (write != null) {
          assertThat(write.isDone()).isTrue();
        }
      }
      h.tearDown(h.server, Role.SERVER);
      h.run();
    }
  }

  @ParameterizedTest
  @MethodSource("io.plywire.tls.HandshakeAndEchoTest#pairs")
  void whatCameWithThePeersGoodbyeCanBeAnswered(
      TestEngine client, TestEngine server, String protocol) {
    try (Harness h = new Harness(client, server, protocol, b -> b).open()) {
      h.written(h.server, bytes(1000));
      h.tearDown(h.server, Role.SERVER);
      h.run(); // both have arrived before anything is read
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(30_000));
      h.run();
      read.assertMoved(1000);
      h.written(h.client, bytes(10)).assertMoved(10);
      Result<Void> end = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      end.assertFailed(StreamError.EOF);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void writeAfterThePeersGoodbyeEndsOneWayOrTheOther(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS12).open()) {
      h.tearDown(h.client, Role.CLIENT);
      h.run();
      Result<Void> read = h.read(h.server, ByteBuffer.allocate(10));
      h.run();
      read.assertFailed(StreamError.EOF);
      Result<Void> write = h.write(h.server, bytes(10));
      h.run();
      write.assertFailed(StreamError.EOF);
      Result<Void> goodbye = h.tearDown(h.server, Role.SERVER);
      h.run();
      goodbye.assertMoved(0);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void closeEndsWhatIsPending(TestEngine engine) {
    try (Harness h =
        new Harness(engine, engine, TestEngine.TLS13, b -> b.windowBytes(3000)).open()) {
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(10));
      ByteBuffer much = bytes(300_000);
      h.written(h.client, much);
      h.run();
      Result<Void> write = h.write(h.client, much);
      h.run();
      assertThat(write.isDone()).isFalse();
      h.client.close();
      h.client.close();
      assertThat(h.client.isOpen()).isFalse();
      assertThat(read.isDone()).isFalse();
      h.run();
      read.assertFailed(StreamError.ABORTED);
      write.assertFailed(StreamError.ABORTED);
      Result<Void> late = h.read(h.client, ByteBuffer.allocate(10));
      Result<Void> lateWrite = h.write(h.client, bytes(1));
      h.run();
      late.assertFailed(StreamError.CLOSED);
      lateWrite.assertFailed(StreamError.CLOSED);
      Result<Void> lateTeardown = h.tearDown(h.client, Role.CLIENT);
      h.run();
      lateTeardown.assertFailed(StreamError.CLOSED);
      assertThat(h.executor.buffers().outstanding()).isZero();
    }
  }

  @Test
  void closeAfterEverythingWasSentIsAnOrderlyEnd() {
    for (TestEngine engine : TestEngine.values()) {
      try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
        h.written(h.client, bytes(500));
        h.run();
        h.client.close();
        h.run();
        Result<Void> read = h.read(h.server, ByteBuffer.allocate(20_000));
        h.run();
        read.assertMoved(500);
        Result<Void> end = h.read(h.server, ByteBuffer.allocate(10));
        h.run();
        end.assertFailed(StreamError.EOF);
      }
    }
  }

  @Test
  void closeBeforeEverythingWasSentIsATruncation() {
    try (Harness h = small(2000)) {
      ByteBuffer much = bytes(100_000);
      h.written(h.client, much);
      h.run();
      h.client.close();
      h.run();
      ByteBuffer target = ByteBuffer.allocate(200_000);
      Result<Void> read = h.read(h.server, target);
      h.run();
      read.assertFailed(StreamError.TRUNCATED);
    }
  }

  @Test
  void teardownFlushesWhatWasAccepted() {
    try (Harness h = small(2000)) {
      byte[] content = Harness.random(60_000, 1);
      ByteBuffer source = ByteBuffer.wrap(content);
      Result<Void> write = h.write(h.client, source);
      h.run();
      int accepted = (int) write.bytes();
      Result<Void> small = h.write(h.client, bytes(100));
      h.run();
      small.assertMoved(100);
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      h.run();
      assertThat(goodbye.isDone()).isFalse();
      ByteBuffer target = ByteBuffer.allocate(100_000);
      while (target.position() < accepted + 100) {
        Result<Void> read = h.read(h.server, target);
        h.run();
        assertThat(read.error()).isNull();
      }
      Result<Void> end = h.read(h.server, target);
      h.run();
      end.assertFailed(StreamError.EOF);
      assertThat(Arrays.copyOf(target.array(), accepted))
          .isEqualTo(Arrays.copyOf(content, accepted));
      h.tearDown(h.server, Role.SERVER);
      h.run();
      goodbye.assertMoved(0);
    }
  }

  /** Neither reads any more; each must take what the other still sends, or both wait for ever. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 2000, 1_000_000})
  void teardownFromBothSidesWithFullWindows(int window) {
    try (Harness h = small(window)) {
      h.written(h.client, bytes(10_000)).assertMoved(10_000);
      h.written(h.server, bytes(10_000)).assertMoved(10_000);
      Result<Void> one = h.tearDown(h.client, Role.CLIENT);
      Result<Void> other = h.tearDown(h.server, Role.SERVER);
      h.run();
      one.assertMoved(0);
      other.assertMoved(0);
      assertThat(h.executor.elapsed()).isZero();
    }
  }

  @Test
  void teardownEndsAPendingRead() {
    try (Harness h = new Harness().open()) {
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      h.run();
      Result<Void> late = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      read.assertFailed(StreamError.ABORTED);
      late.assertFailed(StreamError.CLOSED);
      h.tearDown(h.server, Role.SERVER);
      h.run();
      goodbye.assertMoved(0);
    }
  }

  @Test
  void teardownOfAPeerThatDoesNotReadIsBounded() {
    try (Harness h = small(2000)) {
      h.written(h.client, bytes(60_000));
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      h.executor.advance(Duration.ofSeconds(10).minusNanos(1));
      assertThat(goodbye.isDone()).isFalse();
      h.executor.advance(Duration.ofNanos(1));
      goodbye.assertFailed(StreamError.TIMEOUT);
      assertThat(h.client.isOpen()).isFalse();
      assertThat(h.clientEnd().isOpen()).isFalse();
    }
  }

  @Test
  void teardownOfAPeerThatSaysNothingIsBoundedByTheNextLayer() {
    try (Harness h = new Harness().open()) {
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      h.executor.advance(Duration.ofSeconds(30));
      goodbye.assertFailed(StreamError.TIMEOUT);
      assertThat(h.client.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void onlyTerminalCancelsATeardown(CancellationType type) {
    for (boolean flushing : new boolean[] {true, false}) {
      try (Harness h = small(2000)) {
        if (flushing) {
          h.written(h.client, bytes(60_000));
        }
        Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
        h.run();
        goodbye.cancel(type);
        h.run();
        if (type == CancellationType.TERMINAL) {
          assertThat(goodbye.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
          assertThat(h.client.isOpen()).isFalse();
        } else {
          assertThat(goodbye.isDone()).isFalse();
          h.client.close();
          h.run();
          goodbye.assertFailed(StreamError.ABORTED);
        }
      }
    }
  }

  @Test
  void closeDuringTeardownEndsIt() {
    for (int steps = 0; steps < 30; steps++) {
      try (Harness h = new Harness().open()) {
        Result<Void> one = h.tearDown(h.client, Role.CLIENT);
        Result<Void> other = h.tearDown(h.server, Role.SERVER);
        for (int i = 0; i < steps; i++) {
          h.executor.runOne();
        }
        h.client.close();
        h.run();
        assertThat(one.isDone()).isTrue();
        h.server.close();
        h.run();
        assertThat(other.isDone()).isTrue();
      }
    }
  }

  @Test
  void teardownTellsThatTheGoodbyeCouldNotBeSent() {
    try (Harness h = new Harness().open()) {
      IOException trouble = new IOException("planned");
      h.clientEnd()
          .faults()
          .fail(IoKind.WRITE, h.clientEnd().faults().started(IoKind.WRITE), trouble);
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      h.run();
      h.server.close();
      h.run();
      assertThat(goodbye.error()).isSameAs(trouble);
    }
  }

  @Test
  void closeFromAnotherThreadWhileTheNextLayerHasOurBuffers() throws InterruptedException {
    try (Harness h = new Harness().open()) {
      Gate gate =
          h.clientEnd().faults().hold(IoKind.WRITE, h.clientEnd().faults().started(IoKind.WRITE));
      h.written(h.client, bytes(100));
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(100));
      h.run();
      assertThat(gate.isHolding()).isTrue();
      Thread other = new Thread(h.client::close);
      other.start();
      other.join();
      assertThat(read.isDone()).isFalse();
      h.run();
      read.assertFailed(StreamError.ABORTED);
      assertThat(h.executor.buffers().outstanding()).isZero();
    }
  }
}
