// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do not read, or only write; and everything at once. */
class TlsPressureTest {
  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void writesWaitForAPeerThatDoesNotReadAndNothingIsLost(TestEngine engine) {
    int window = 10_000;
    try (Harness h =
        new Harness(engine, engine, TestEngine.TLS13, b -> b.windowBytes(window)).open()) {
      byte[] content = Harness.random(400_000, 1);
      int accepted = 0;
      Result<Void> write;
      do {
        int size = Math.min(1 + accepted % 20_000, content.length - accepted);
        write = h.written(h.client, ByteBuffer.wrap(content, accepted, size));
        accepted += write.isDone() ? (int) write.bytes() : 0;
      } while (write.isDone());
      assertThat(accepted).as("accepted").isBetween(window, window + 80 * 1024);
      assertThat(h.executor.buffers().outstanding()).isLessThanOrEqualTo(2);

      ByteBuffer seen = ByteBuffer.allocate(content.length);
      while (seen.position() < accepted || !write.isDone()) {
        Result<Void> read = h.read(h.server, seen);
        h.run();
        assertThat(read.error()).isNull();
      }
      int total = accepted + (int) write.bytes();
      while (seen.position() < total) {
        Result<Void> read = h.read(h.server, seen);
        h.run();
        assertThat(read.error()).isNull();
      }
      assertThat(Arrays.copyOf(seen.array(), total)).isEqualTo(Arrays.copyOf(content, total));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 5000, 65536})
  void bothSidesOnlyWriteAndThenRead(int window) {
    try (Harness h =
        new Harness(TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(window))
            .open()) {
      byte[] content = Harness.random(150_000, window);
      Transfer there = new Transfer(h.client, h.server, content);
      Transfer back = new Transfer(h.server, h.client, content);
      there.startWriting();
      back.startWriting();
      h.run();
      assertThat(there.isComplete() || back.isComplete()).isFalse();
      there.startReading();
      back.startReading();
      h.run();
      there.assertComplete();
      back.assertComplete();
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void everythingAtOnceInPiecesOfAnySize(TestEngine engine) {
    for (int seed = 1; seed <= 12; seed++) {
      int window = new int[] {1, 100, 3000, 65536}[seed % 4];
      String protocol = seed % 3 == 0 ? TestEngine.TLS12 : TestEngine.TLS13;
      try (Harness h = new Harness(engine, engine, protocol, b -> b.windowBytes(window)).open()) {
        Faults client = h.clientEnd().faults();
        Faults server = h.serverEnd().faults();
        client.capReads(Faults.random(seed, 1 + window / 2));
        client.capWrites(Faults.random(seed + 1, 40_000));
        server.capReads(Faults.random(seed + 2, 40_000));
        server.capWrites(Faults.random(seed + 3, 1 + window / 2));
        client.postAlways(seed % 2 == 0);
        int bytes = window == 1 ? 5_000 : 300_000;
        RandomTraffic there = new RandomTraffic(h.client, h.server, bytes, seed);
        RandomTraffic back = new RandomTraffic(h.server, h.client, bytes, seed + 100);
        there.start();
        back.start();
        h.run();
        there.assertComplete();
        back.assertComplete();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** What was collected does not fit one buffer of records then, and still comes first. */
  @Test
  void smallRecordsKeepTheOrder() {
    try (Harness h =
        new Harness(
            TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(1 << 20))) {
      SSLParameters small = h.clientEngine.engine().getSSLParameters();
      small.setMaximumPacketSize(600);
      h.clientEngine.engine().setSSLParameters(small);
      h.open();
      Faults faults = h.clientEnd().faults();
      Gate gate = faults.hold(IoKind.WRITE, faults.started(IoKind.WRITE));
      byte[] content = Harness.random(40_000, 1);
      int collected = 0;
      for (; collected < 16_200; collected += 100) {
        h.written(h.client, ByteBuffer.wrap(content, collected, 100)).assertMoved(100);
      }
      ByteBuffer rest = ByteBuffer.wrap(content, collected, content.length - collected);
      Result<Void> write = h.write(h.client, rest);
      h.run();
      assertThat(write.isDone()).isFalse();
      gate.release();
      h.run();
      int total = collected + (int) write.bytes();
      ByteBuffer seen = ByteBuffer.allocate(content.length);
      while (seen.position() < total) {
        Result<Void> read = h.read(h.server, seen);
        h.run();
        assertThat(read.error()).isNull();
      }
      assertThat(Arrays.copyOf(seen.array(), total)).isEqualTo(Arrays.copyOf(content, total));
    }
  }

  @Test
  void tlsOverTls() {
    for (TestEngine inner : TestEngine.values()) {
      for (int window : new int[] {1, 1000, 65536}) {
        try (Harness h =
            new Harness(
                    TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(window))
                .open()) {
          var clientEngine = inner.session(Role.CLIENT, TestEngine.TLS13);
          var serverEngine = inner.session(Role.SERVER, TestEngine.TLS13);
          Result<TlsStream> client = h.start(h.client, clientEngine);
          Result<TlsStream> server = h.start(h.server, serverEngine);
          h.run();
          TlsStream top = h.track(client.value());
          TlsStream peer = h.track(server.value());
          assertThat(top.toString()).contains("tls[").contains("over tls[");
          h.transfer(top, peer, Harness.random(40_000, 1));
          h.transfer(peer, top, Harness.random(40_000, 2));
          Result<Void> one = h.tearDown(top, Role.CLIENT);
          Result<Void> other = h.tearDown(peer, Role.SERVER);
          h.run();
          one.assertMoved(0);
          other.assertMoved(0);
          assertThat(h.client.isOpen() || h.server.isOpen()).isFalse();
          assertThat(clientEngine.releases).isEqualTo(1);
          assertThat(serverEngine.releases).isEqualTo(1);
        }
      }
    }
  }
}
