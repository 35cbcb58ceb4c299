// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Direction;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsDetectorTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static Result<TlsDetector.Detected> detect(Harness h) {
    Result<TlsDetector.Detected> result = h.result("detection");
    TlsDetector.asyncDetect(h.serverEnd(), TIMEOUT, result);
    return result;
  }

  private static byte[] clientHello(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      h.clientEnd()
          .tap(
              Direction.OUTBOUND,
              bytes -> {
                while (bytes.hasRemaining()) {
                  sent.write(bytes.get());
                }
              });
      Result<TlsStream> handshake = h.startClient();
      h.run();
      handshake.cancel(CancellationType.TERMINAL);
      h.run();
      return sent.toByteArray();
    }
  }

  /** The first bytes arrive in two pieces, cut anywhere, and then the handshake goes on. */
  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void clientHelloSplitAtEveryByte(TestEngine engine) {
    byte[] hello = clientHello(engine);
    for (int cut = 0; cut <= hello.length; cut++) {
      try (Harness h = new Harness()) {
        Result<TlsDetector.Detected> detection = detect(h);
        h.write(h.clientEnd(), ByteBuffer.wrap(hello, 0, cut));
        h.run();
        assertThat(detection.isDone()).as("after %s bytes", cut).isEqualTo(cut >= 6);
        h.write(h.clientEnd(), ByteBuffer.wrap(hello, cut, hello.length - cut));
        h.run();
        assertThat(detection.value().tls()).isTrue();
        AsyncStream stream = detection.value().stream();
        ByteBuffer seen = ByteBuffer.allocate(hello.length);
        while (seen.hasRemaining()) {
          h.read(stream, seen);
          h.run();
        }
        assertThat(seen.array()).isEqualTo(hello);
      }
    }
  }

  @Test
  void handshakeGoesOnWithTheBytesThatWereRead() {
    for (int window : new int[] {1, 2, 5, 6, 7, 65536}) {
      try (Harness h =
          new Harness(
              TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(window))) {
        Result<TlsStream> client = h.startClient();
        Result<TlsStream> server = h.result("server");
        TlsDetector.asyncDetect(
            h.serverEnd(),
            TIMEOUT,
            (error, found) ->
                TlsStream.asyncHandshake(found.stream(), h.serverEngine, TIMEOUT, server));
        h.run();
        h.client = h.track(client.value());
        h.server = h.track(server.value());
        assertThat(h.server.layer(io.plywire.inmemory.InMemoryStream.class))
            .isSameAs(h.serverEnd());
        h.transfer(h.client, h.server, Harness.random(1000, window));
        h.transfer(h.server, h.client, Harness.random(1000, window));
      }
    }
  }

  static Stream<byte[]> plain() {
    return Stream.of(
        "GET / HTTP/1.1\r\n".getBytes(US_ASCII),
        new byte[] {22, 3, 1, 0, 5, 2}, // a ServerHello
        new byte[] {22, 3, 1, 0, 0, 1}, // an empty record
        new byte[] {22, 3, 1, 0x40, 1, 1}, // too long for a plain one
        new byte[] {22, 3, 5, 0, 5, 1},
        new byte[] {22, 2, 1, 0, 5, 1},
        new byte[] {23, 3, 1, 0, 5, 1},
        new byte[] {(byte) 0x80, 46, 1, 3, 1, 0}); // SSL 2
  }

  @ParameterizedTest
  @MethodSource("plain")
  void plainTextIsGivenBackWhole(byte[] text) {
    try (Harness h = new Harness()) {
      Result<TlsDetector.Detected> detection = detect(h);
      for (byte b : text) {
        h.write(h.clientEnd(), ByteBuffer.wrap(new byte[] {b}));
        h.run();
      }
      TlsDetector.Detected found = detection.value();
      assertThat(found.tls()).isFalse();
      Result<Void> wait = h.await(found.stream());
      h.run();
      wait.assertMoved(0);
      ByteBuffer seen = ByteBuffer.allocate(text.length);
      while (seen.hasRemaining()) {
        seen.limit(seen.position() + 1);
        Result<Void> read = h.read(found.stream(), seen);
        h.run();
        read.assertMoved(1);
        seen.limit(seen.capacity());
      }
      assertThat(seen.array()).isEqualTo(text);
    }
  }

  @Test
  void secondReadIsRefusedWhileThePrefixIsBeingRead() {
    try (Harness h = new Harness()) {
      Result<TlsDetector.Detected> detection = detect(h);
      h.write(h.clientEnd(), ByteBuffer.wrap("ab".getBytes(US_ASCII)));
      h.run();
      AsyncStream stream = detection.value().stream();
      ByteBuffer target = ByteBuffer.allocate(10);
      Result<Void> first = h.read(stream, target);
      assertThatThrownBy(() -> stream.asyncReadSome(target, (IoHandler) new Result<>("second")))
          .isInstanceOf(ReadPendingException.class);
      h.run();
      first.assertMoved(2);
      Result<Void> next = h.read(stream, target);
      h.run();
      assertThat(next.isDone()).isFalse();
      stream.close();
      h.run();
      next.assertFailed(StreamError.ABORTED);
      Result<Void> late = h.read(stream, target);
      h.run();
      late.assertFailed(StreamError.CLOSED);
    }
  }

  @Test
  void silentClientRunsIntoTheTimeout() {
    try (Harness h = new Harness()) {
      Result<TlsDetector.Detected> detection = detect(h);
      h.write(h.clientEnd(), ByteBuffer.wrap(new byte[] {22, 3, 1}));
      h.executor.advance(TIMEOUT.minusNanos(1));
      assertThat(detection.isDone()).isFalse();
      h.executor.advance(Duration.ofNanos(1));
      assertThat(detection.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("3 bytes");
      assertThat(h.serverEnd().isOpen()).isFalse();
    }
  }

  @Test
  void clientThatLeavesTooEarlyIsAnEnd() {
    try (Harness h = new Harness()) {
      Result<TlsDetector.Detected> detection = detect(h);
      h.write(h.clientEnd(), ByteBuffer.wrap(new byte[] {22, 3}));
      h.run();
      h.clientEnd().close();
      h.run();
      detection.assertFailed(StreamError.EOF);
      assertThat(h.serverEnd().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledDetectionClosesTheConnection(CancellationType type) {
    try (Harness h = new Harness()) {
      Result<TlsDetector.Detected> detection = detect(h);
      h.run();
      detection.cancel(type);
      h.run();
      assertThat(detection.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      assertThat(h.serverEnd().isOpen()).isFalse();
    }
  }
}
