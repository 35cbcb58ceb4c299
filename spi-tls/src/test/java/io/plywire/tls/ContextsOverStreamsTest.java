// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations at work over streams: what one side refuses, both sides learn. */
class ContextsOverStreamsTest {
  private static final MadeCertificate CA = MadeCertificate.authority("tests");
  private static final MadeCertificate GOOD =
      CA.issue(MadeCertificate.Kind.P256, "server.example.com");

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryPipe pipe = InMemoryPipe.create(executor);
  private final Result<AsyncStream> client = new Result<>("client");
  private final Result<AsyncStream> server = new Result<>("server");

  static Stream<Arguments> pairs() {
    List<TlsEngine> engines =
        List.of(TlsEngine.jdk(), TlsEngine.conscrypt(), TlsEngine.bouncyCastle());
    return engines.stream()
        .flatMap(
            a ->
                engines.stream()
                    .flatMap(b -> Stream.of("TLSv1.3", "TLSv1.2").map(p -> Arguments.of(a, b, p))));
  }

  private static TlsIdentity identity(MadeCertificate certificate) {
    return TlsIdentity.of(certificate.key(), certificate.chain());
  }

  private static TlsConfig clientConfig(TlsEngine engine, String protocol) {
    return TlsConfig.client()
        .withEngine(engine)
        .withProtocols(protocol)
        .withTrust(List.of(CA.certificate()));
  }

  private static TlsConfig serverConfig(
      TlsEngine engine, String protocol, MadeCertificate certificate) {
    return TlsConfig.server(identity(certificate)).withEngine(engine).withProtocols(protocol);
  }

  private void wrap(TlsConfig clientConfig, TlsConfig serverConfig, String host) {
    LayerProvider layer = new TlsLayer();
    Endpoint endpoint = Endpoint.parse("wss://" + host + "/");
    layer.asyncWrap(
        pipe.client(),
        Role.CLIENT,
        endpoint,
        TransportOptions.defaults().with(TlsOptions.CONTEXT, TlsContext.of(clientConfig)),
        client);
    layer.asyncWrap(
        pipe.server(),
        Role.SERVER,
        endpoint,
        TransportOptions.defaults().with(TlsOptions.CONTEXT, TlsContext.of(serverConfig)),
        server);
    executor.runUntilIdle();
    executor.advance(Duration.ofSeconds(2));
  }

  /** Ends everything, and sees that nothing is left. */
  private void end() {
    for (Result<AsyncStream> side : List.of(client, server)) {
      if (side.anyValue() != null) {
        side.value().close();
      }
    }
    executor.runUntilIdle();
    assertThat(pipe.client().isOpen() || pipe.server().isOpen()).as("still open").isFalse();
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private Result<Void> readFrom(AsyncStream stream) {
    Result<Void> read = new Result<>("read");
    stream.asyncReadSome(ByteBuffer.allocate(100), (IoHandler) read);
    executor.runUntilIdle();
    return read;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void agreed(TlsEngine a, TlsEngine b, String protocol) {
    wrap(clientConfig(a, protocol), serverConfig(b, protocol, GOOD), "server.example.com");
    TlsSession mine = client.value().layer(TlsStream.class).session();
    TlsSession theirs = server.value().layer(TlsStream.class).session();
    assertThat(mine.protocol()).isEqualTo(protocol);
    assertThat(mine.cipherSuite()).isEqualTo(theirs.cipherSuite());
    assertThat(mine.applicationProtocol()).isEqualTo("http/1.1");
    assertThat(mine.peerCertificates().get(0)).isEqualTo(GOOD.certificate());
    assertThat(theirs.serverName()).isEqualTo("server.example.com");
    end();
  }

  private void assertRefusedByTheClient(TlsError expected) {
    TlsException failure = client.assertFailed(expected);
    assertThat(failure.condition()).isEqualTo(ErrorCondition.HANDSHAKE_FAILED);
    // A server of TLS 1.2, and of 1.3, hears of it before its own handshake is done.
    assertThat(server.error()).isInstanceOf(TlsException.class);
    assertThat(((TlsException) server.error()).alert()).as("%s", server.error()).isPositive();
    end();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void untrusted(TlsEngine a, TlsEngine b, String protocol) {
    MadeCertificate other = MadeCertificate.selfSigned("server.example.com");
    wrap(clientConfig(a, protocol), serverConfig(b, protocol, other), "server.example.com");
    assertRefusedByTheClient(TlsError.CERTIFICATE_UNTRUSTED);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void wrongName(TlsEngine a, TlsEngine b, String protocol) {
    wrap(clientConfig(a, protocol), serverConfig(b, protocol, GOOD), "other.example.com");
    assertRefusedByTheClient(TlsError.HOST_NAME_MISMATCH);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void expired(TlsEngine a, TlsEngine b, String protocol) {
    MadeCertificate old =
        CA.issue(Instant.now().minus(Duration.ofDays(9)), Duration.ofDays(2), "server.example.com");
    wrap(clientConfig(a, protocol), serverConfig(b, protocol, old), "server.example.com");
    assertRefusedByTheClient(TlsError.CERTIFICATE_EXPIRED);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void withoutTheClientCertificate(TlsEngine a, TlsEngine b, String protocol) {
    wrap(
        clientConfig(a, protocol),
        serverConfig(b, protocol, GOOD)
            .withTrust(List.of(CA.certificate()))
            .withClientAuth(ClientAuth.NEED),
        "server.example.com");
    server.assertFailed(TlsError.CLIENT_CERTIFICATE_REQUIRED);
    if (client.error() == null) { // in TLS 1.3 it learns only afterwards
      assertThat(readFrom(client.value()).error()).isInstanceOf(TlsException.class);
    } else {
      assertThat(client.error()).isInstanceOf(TlsException.class);
    }
    end();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void noCommonProtocol(TlsEngine a, TlsEngine b, String protocol) {
    String other = protocol.equals("TLSv1.3") ? "TLSv1.2" : "TLSv1.3";
    wrap(clientConfig(a, protocol), serverConfig(b, other, GOOD), "server.example.com");
    for (Result<AsyncStream> side : List.of(client, server)) {
      assertThat(side.error()).isInstanceOf(TlsException.class);
      assertThat(((OperationException) side.error()).condition())
          .isEqualTo(ErrorCondition.HANDSHAKE_FAILED);
    }
    end();
  }

  @Test
  void serverWithoutAContextIsRefusedBeforeAnybodyConnects() {
    LayerProvider layer = Discovery.load().layer("tls");
    assertThat(layer).isInstanceOf(TlsLayer.class);
    assertThatThrownBy(() -> layer.check(Role.SERVER, TransportOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TLS_CONTEXT");
    TlsContext ofServer = TlsContext.of(serverConfig(TlsEngine.jdk(), "TLSv1.3", GOOD));
    TransportOptions mistaken = TransportOptions.defaults().with(TlsOptions.CONTEXT, ofServer);
    layer.check(Role.SERVER, mistaken);
    assertThatThrownBy(() -> layer.check(Role.CLIENT, mistaken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SERVER");
    layer.check(Role.CLIENT, TransportOptions.defaults());
  }
}
