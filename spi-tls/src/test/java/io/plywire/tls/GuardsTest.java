// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do not keep to the protocol, or do not speak it. */
class GuardsTest {
  private static final byte[] HTTP = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII);

  /** Reads what is there, without TLS. */
  private static byte[] rawRead(Harness h, InMemoryStream end) {
    ByteBuffer target = ByteBuffer.allocate(10_000);
    h.read(end, target);
    h.run();
    byte[] got = new byte[target.position()];
    target.get(0, got);
    return got;
  }

  private static boolean isFatalAlert(byte[] record) {
    return record.length == 7 && record[0] == 21 && record[5] == 2;
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void plainTextClientOnATlsPort(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      Result<TlsStream> server = h.startServer();
      h.written(h.clientEnd(), ByteBuffer.wrap(HTTP));
      byte[] answer = rawRead(h, h.clientEnd());
      assertThat(isFatalAlert(answer)).as("%s", answer).isTrue();
      h.clientEnd().close();
      h.run();
      assertThat(server.assertFailed(TlsError.NOT_TLS))
          .hasMessageContaining("47 45 54")
          .hasMessageContaining("GET / HT");
      assertThat(h.serverEnd().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void tlsClientOnAPlainTextPort(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      Result<TlsStream> client = h.startClient();
      h.run();
      assertThat(rawRead(h, h.serverEnd())[0]).isEqualTo((byte) 22);
      h.written(
          h.serverEnd(), ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)));
      h.serverEnd().close();
      h.run();
      assertThat(client.assertFailed(TlsError.NOT_TLS)).hasMessageContaining("HTTP/1.1");
      assertThat(h.clientEnd().isOpen()).isFalse();
    }
  }

  @Test
  void oneForeignByteIsEnough() {
    try (Harness h = new Harness()) {
      Result<TlsStream> server = h.startServer();
      h.written(h.clientEnd(), ByteBuffer.wrap(new byte[] {'S'}));
      h.clientEnd().close();
      h.run();
      server.assertFailed(TlsError.NOT_TLS);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void failedHandshakeDoesNotWaitForASilentPeer(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      Result<TlsStream> server = h.startServer();
      h.written(h.clientEnd(), ByteBuffer.wrap(HTTP));
      assertThat(server.isDone()).isFalse();
      h.executor.advance(Duration.ofSeconds(1));
      server.assertFailed(TlsError.NOT_TLS);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void silentPeerRunsIntoTheTimeout(TestEngine engine) {
    for (Role role : Role.values()) {
      try (Harness h = new Harness(engine, TestEngine.TLS13)) {
        Result<TlsStream> handshake = role == Role.CLIENT ? h.startClient() : h.startServer();
        h.executor.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(handshake.isDone()).isFalse();
        h.executor.advance(Duration.ofNanos(1));
        handshake.assertFailed(StreamError.TIMEOUT);
        assertThat((role == Role.CLIENT ? h.clientEnd() : h.serverEnd()).isOpen()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.plywire.tls.HandshakeAndEchoTest#pairs")
  void malformedRecordInTheMiddleIsAnsweredByAnAlert(
      TestEngine client, TestEngine server, String protocol) {
    byte[][] malformed = {
      {23, 3, 3, 0x50, 0}, {23, 3, 3, 0, 0}, {24, 3, 3, 0, 20}, {'G', 'E', 'T'}, {23, 2}
    };
    for (byte[] bytes : malformed) {
      try (Harness h = new Harness(client, server, protocol, b -> b).open()) {
        h.written(h.client, ByteBuffer.allocate(100));
        h.written(h.clientEnd(), ByteBuffer.wrap(bytes));
        Result<Void> read = h.read(h.server, ByteBuffer.allocate(20_000));
        h.run();
        read.assertMoved(100); // what came before counts
        Result<Void> end = h.read(h.server, ByteBuffer.allocate(10));
        h.run();
        TlsException failure = end.assertFailed(TlsError.BAD_RECORD);
        Result<Void> write = h.write(h.server, ByteBuffer.allocate(10));
        h.run();
        assertThat(write.error()).isSameAs(failure);
        Result<Void> told = h.read(h.client, ByteBuffer.allocate(10));
        h.run();
        told.assertFailed(TlsError.PEER_ALERT);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void refusalAfterTheHandshakeIsToldToThePeer(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      h.serverEngine.refusal =
          new TlsException(TlsError.CLIENT_CERTIFICATE_REQUIRED, "no certificate", null);
      Result<TlsStream> client = h.startClient();
      Result<TlsStream> server = h.startServer();
      h.run();
      TlsStream opened = h.track(client.value()); // it knows no better
      Result<Void> read = h.read(opened, ByteBuffer.allocate(10));
      h.run();
      read.assertFailed(TlsError.PEER_ALERT);
      opened.close();
      h.run();
      server.assertFailed(TlsError.CLIENT_CERTIFICATE_REQUIRED);
    }
  }

  /** Lets an engine make a record behind the back of its stream. */
  static ByteBuffer wrapByHand(SSLEngine engine) {
    try {
      engine.beginHandshake();
      ByteBuffer record = ByteBuffer.allocate(20_000);
      for (int i = 0; i < 5 && record.position() == 0; i++) {
        for (Runnable task = engine.getDelegatedTask(); task != null; ) {
          task.run();
          task = engine.getDelegatedTask();
        }
        engine.wrap(ByteBuffer.allocate(0), record);
      }
      return record.flip();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void renegotiationByTheClientIsRefused(TestEngine engine) {
    try (Harness h = new Harness(TestEngine.JDK, engine, TestEngine.TLS12, b -> b).open()) {
      ByteBuffer hello = wrapByHand(h.clientEngine.engine());
      assertThat(hello.get(0)).isEqualTo((byte) 22);
      h.written(h.clientEnd(), hello);
      Result<Void> read = h.read(h.server, ByteBuffer.allocate(10));
      h.run();
      read.assertFailed(TlsError.RENEGOTIATION_REFUSED);
      assertThat(rawRead(h, h.clientEnd())[0]).as("an alert").isEqualTo((byte) 21);
    }
  }

  @Test
  void renegotiationByTheServerIsRefused() {
    try (Harness h = new Harness(TestEngine.JDK, TestEngine.TLS12).open()) {
      ByteBuffer helloRequest = wrapByHand(h.serverEngine.engine());
      assertThat(helloRequest.get(0)).isEqualTo((byte) 22);
      h.written(h.serverEnd(), helloRequest);
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      read.assertFailed(TlsError.RENEGOTIATION_REFUSED);
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void keyUpdatesAmongDataAreAnswered(TestEngine server) {
    try (Harness h = new Harness(TestEngine.JDK, server, TestEngine.TLS13, b -> b).open()) {
      for (int i = 0; i < 10; i++) {
        h.written(h.clientEnd(), wrapByHand(h.clientEngine.engine()));
        h.transfer(h.client, h.server, Harness.random(500, i));
        h.transfer(h.server, h.client, Harness.random(500, i));
      }
      // And in the middle of a wait, which they do not complete.
      Result<Void> wait = h.await(h.server);
      h.written(h.clientEnd(), wrapByHand(h.clientEngine.engine()));
      assertThat(wait.isDone()).isFalse();
      h.written(h.client, ByteBuffer.allocate(1));
      wait.assertMoved(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JDK", "BOUNCYCASTLE"}) // Conscrypt stops earlier, with an error of its own
  void floodOfKeyUpdatesIsBounded(TestEngine server) {
    try (Harness h = new Harness(TestEngine.JDK, server, TestEngine.TLS13, b -> b).open()) {
      Result<Void> read = h.read(h.server, ByteBuffer.allocate(10));
      for (int i = 0; i < 64; i++) {
        h.written(h.clientEnd(), wrapByHand(h.clientEngine.engine()));
        if (i == 30) {
          h.written(h.server, ByteBuffer.allocate(1)); // or the answers are a flood themselves
        }
      }
      assertThat(read.isDone()).isFalse();
      h.written(h.clientEnd(), wrapByHand(h.clientEngine.engine()));
      assertThat(read.assertFailed(TlsError.TOO_MANY_EMPTY_RECORDS)).hasMessageContaining("65");
      Result<Void> one = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      one.assertMoved(1);
      Result<Void> told = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      told.assertFailed(TlsError.PEER_ALERT);
    }
  }

  @Test
  void answersToAPeerThatTakesNoneAreBounded() {
    try (Harness h =
        new Harness(
                TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(65536, 2000))
            .open()) {
      h.written(h.server, ByteBuffer.allocate(100_000)); // fills the window to the client
      ByteBuffer target = ByteBuffer.allocate(10_000);
      IOException failure = null;
      int asked = 0;
      while (failure == null && asked < 1000) {
        h.written(h.clientEnd(), wrapByHand(h.clientEngine.engine()));
        asked++;
        h.written(h.client, ByteBuffer.allocate(10)); // so that no two are in a row
        Result<Void> read = h.read(h.server, target.clear());
        h.run();
        failure = read.error();
      }
      assertThat(failure).isInstanceOf(TlsException.class).hasMessageContaining("takes none");
      assertThat(((TlsException) failure).error()).isEqualTo(TlsError.TOO_MANY_EMPTY_RECORDS);
      assertThat(asked).isLessThan(70);
    }
  }

  /** Garbage instead of anything, from the first byte or after a true ClientHello. */
  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void garbageEndsEveryHandshake(TestEngine engine) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] garbage = new byte[1 + random.nextInt(300)];
      random.nextBytes(garbage);
      if (seed % 3 > 0) { // looks like a record
        garbage[0] = (byte) (20 + random.nextInt(4));
        byte[] header = {garbage[0], 3, 3, 0, (byte) Math.max(1, garbage.length - 5)};
        System.arraycopy(header, 0, garbage, 0, Math.min(5, garbage.length));
      }
      try (Harness h = new Harness(engine, TestEngine.TLS13)) {
        Role role = seed % 2 == 0 ? Role.SERVER : Role.CLIENT;
        Result<TlsStream> handshake = role == Role.SERVER ? h.startServer() : h.startClient();
        InMemoryStream other = role == Role.SERVER ? h.clientEnd() : h.serverEnd();
        h.written(other, ByteBuffer.wrap(garbage));
        other.close();
        h.run();
        assertThat(handshake.error()).as("seed %s", seed).isNotNull();
      }
    }
  }
}
