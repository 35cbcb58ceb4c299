// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients with and without TLS at one port. */
class AlsoPlainTest extends TlsTestBase {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int PIECE = 64;
  private static final byte[] TEXT = "GET / HTTP/1.1\r\n".getBytes(US_ASCII);

  private static TransportOptions options(TlsContext context) {
    return TransportOptions.defaults()
        .with(TlsOptions.CONTEXT, context)
        .with(TlsOptions.ALSO_PLAIN, true);
  }

  private static TlsContext serverContext(TlsEngine engine) {
    return TlsContext.of(TlsConfig.server(identity(SERVER)).withEngine(engine));
  }

  private static Result<AsyncStream> accept(Harness h, TlsContext context) {
    Result<AsyncStream> result = h.result("server");
    new TlsLayer()
        .asyncWrap(
            h.serverEnd(),
            Role.SERVER,
            Endpoint.parse("wss://server.test/"),
            options(context),
            result);
    return result;
  }

  private static Result<TlsStream> connect(Harness h, TlsContext context, int port) {
    Result<TlsStream> result = h.result("client");
    TlsStream.asyncHandshake(h.clientEnd(), context, "server.test", port, result);
    return result;
  }

  /** Every engine as client and as server, and the last byte for the first cut. */
  static Stream<Arguments> cuts() {
    List<Arguments> all = new ArrayList<>();
    for (TlsEngine client : TlsEngine.all()) {
      for (TlsEngine server : TlsEngine.all()) {
        boolean cheap = client == TlsEngine.conscrypt() && server == TlsEngine.conscrypt();
        all.add(Arguments.of(client, server, cheap ? PIECE - 1 : 9));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void clientHelloSplitAtEveryByteBecomesTls(TlsEngine client, TlsEngine server, int last) {
    TlsContext connecting =
        TlsContext.of(TlsConfig.client().withEngine(client).withTrust(List.of(CA.certificate())));
    TlsContext accepting = serverContext(server);
    for (int cut = 0; cut <= last; cut++) {
      try (Harness h = Harness.relayed()) {
        h.toServer.pauseAt(cut, PIECE).start(); // so that every byte of the hello is a cut once
        h.toClient.start();
        Result<AsyncStream> serving = accept(h, accepting);
        Result<TlsStream> opening = connect(h, connecting, 1000 + cut);
        h.run();
        assertThat(serving.isDone()).as("after %s bytes", cut).isFalse();
        int pieces = 0;
        while (h.toServer.resume()) {
          h.run();
          pieces++;
        }
        assertThat(pieces).isGreaterThan(3);
        AsyncStream one = h.track(opening.value());
        AsyncStream other = h.track(serving.value());
        h.toServer.pauseAt(Long.MAX_VALUE);
        assertThat(other.layer(TlsStream.class)).isNotNull();
        h.transfer(one, other, Harness.random(100, cut));
        h.transfer(other, one, Harness.random(100, cut));
      }
    }
  }

  @Test
  void plainTextSplitAtEveryByteStaysAsItIs() {
    TlsContext context = serverContext(TlsEngine.jdk());
    for (int cut = 0; cut < TEXT.length; cut++) {
      try (Harness h = Harness.relayed()) {
        h.toServer.pauseAt(cut).start();
        h.toClient.start();
        Result<AsyncStream> serving = accept(h, context);
        h.written(h.clientEnd(), ByteBuffer.wrap(TEXT));
        assertThat(serving.isDone()).as("after %s bytes", cut).isEqualTo(cut > 0);
        h.toServer.resume();
        h.run();
        AsyncStream stream = h.track(serving.value());
        assertThat(stream.layer(TlsStream.class)).isNull();
        ByteBuffer got = ByteBuffer.allocate(TEXT.length);
        while (got.hasRemaining()) {
          h.read(stream, got);
          h.run();
        }
        assertThat(got.array()).isEqualTo(TEXT);
        h.transfer(stream, h.clientEnd(), TEXT);
      }
    }
  }

  @Test
  void silentClientRunsIntoTheTimeout() {
    try (Harness h = Harness.relayed()) {
      Result<AsyncStream> serving = accept(h, serverContext(TlsEngine.jdk()));
      h.executor.advance(TIMEOUT.minusNanos(1));
      assertThat(serving.isDone()).isFalse();
      h.executor.advance(Duration.ofNanos(1));
      assertThat(serving.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("0 bytes");
      assertThat(h.serverEnd().isOpen()).isFalse();
    }
  }

  /** What finding out has taken, the handshake does not have. */
  @Test
  void slowClientHasTheTimeOfOneHandshake() {
    try (Harness h = Harness.relayed()) {
      h.toServer.pauseAt(5, 1).start();
      h.toClient.start();
      TlsContext connecting =
          TlsContext.of(
              TlsConfig.client()
                  .withTrust(List.of(CA.certificate()))
                  .withHandshakeTimeout(Duration.ofMinutes(1)));
      Result<AsyncStream> serving = accept(h, serverContext(TlsEngine.jdk()));
      Result<TlsStream> opening = connect(h, connecting, 443);
      h.run();
      h.executor.advance(Duration.ofSeconds(29)); // a byte too few to know
      h.toServer.resume(); // TLS, and no more
      h.run();
      h.executor.advance(Duration.ofMillis(999));
      assertThat(serving.isDone()).isFalse();
      h.executor.advance(Duration.ofMillis(1));
      assertThat(serving.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("handshake");
      h.toClient.resume();
      h.serverEnd().close();
      h.clientEnd().close();
      h.run();
      assertThat(opening.error()).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancellationEndsEachStage(CancellationType type) {
    for (int bytes : new int[] {0, 5, 6, 100}) {
      try (Harness h = Harness.relayed()) {
        h.toServer.pauseAt(bytes).start();
        h.toClient.start();
        TlsContext connecting =
            TlsContext.of(TlsConfig.client().withTrust(List.of(CA.certificate())));
        Result<AsyncStream> serving = accept(h, serverContext(TlsEngine.jdk()));
        Result<TlsStream> opening = connect(h, connecting, 443);
        h.run();
        serving.cancel(type);
        h.run();
        assertThat(serving.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
        assertThat(h.serverEnd().isOpen()).isFalse();
        opening.cancel(type);
        h.run();
        assertThat(opening.error()).isNotNull();
      }
    }
  }

  @Test
  void clientThatLeavesIsAnEnd() {
    for (byte[] start : new byte[][] {{}, {22, 3, 1}}) {
      try (Harness h = new Harness()) {
        Result<AsyncStream> serving = accept(h, serverContext(TlsEngine.jdk()));
        h.written(h.clientEnd(), ByteBuffer.wrap(start));
        h.clientEnd().close();
        h.run();
        serving.assertFailed(StreamError.EOF);
      }
    }
  }

  @Test
  void withoutTheOptionPlainTextIsRefused() {
    try (Harness h = new Harness()) {
      Result<AsyncStream> serving = h.result("server");
      new TlsLayer()
          .asyncWrap(
              h.serverEnd(),
              Role.SERVER,
              Endpoint.parse("wss://server.test/"),
              options(serverContext(TlsEngine.jdk())).with(TlsOptions.ALSO_PLAIN, false),
              serving);
      h.written(h.clientEnd(), ByteBuffer.wrap(TEXT));
      h.clientEnd().close();
      h.run();
      serving.assertFailed(TlsError.NOT_TLS);
    }
  }

  @Test
  void optionIsForServers() {
    TlsContext client = TlsContext.of(TlsConfig.client());
    assertThatThrownBy(() -> new TlsLayer().check(Role.CLIENT, options(client)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TLS_ALSO_PLAIN")
        .hasMessageContaining("CLIENT");
    new TlsLayer().check(Role.SERVER, options(serverContext(TlsEngine.jdk())));
  }
}
