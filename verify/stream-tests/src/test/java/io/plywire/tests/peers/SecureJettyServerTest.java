// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Payloads;
import io.plywire.tests.tls.Wss;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsSession;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our client, by each engine, talks over TLS to a Jetty that would rather speak HTTP/2, and demands
 * a certificate.
 */
@Timeout(60)
class SecureJettyServerTest {
  private static final BlockingQueue<JettyEndpoint> OPENED = new LinkedBlockingQueue<>();

  private static Server jetty;
  private static String uri;

  @BeforeAll
  static void startJetty() throws Exception {
    jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol("http/1.1");
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(Wss.jdkContext(Wss.SERVER));
    tls.setNeedClientAuth(true);
    ServerConnector connector =
        new ServerConnector(
            jetty,
            new SslConnectionFactory(tls, alpn.getProtocol()),
            alpn,
            new HTTP2ServerConnectionFactory(http),
            new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    jetty.setHandler(
        WebSocketUpgradeHandler.from(
            jetty,
            container -> {
              container.setMaxBinaryMessageSize(1 << 20);
              container.addMapping(
                  "/echo",
                  (request, response, callback) -> {
                    JettyEndpoint endpoint = new JettyEndpoint(true);
                    OPENED.add(endpoint);
                    return endpoint;
                  });
            }));
    jetty.start();
    uri = "wss://localhost:" + connector.getLocalPort() + "/echo";
  }

  @AfterAll
  static void stopJetty() throws Exception {
    jetty.stop();
  }

  static List<Arguments> all() {
    return Wss.enginesAndVersions();
  }

  private static CompletableFuture<WebSocketStream> connect(TlsConfig config) {
    OPENED.clear();
    return Wss.client(config).asyncConnect(uri, useFuture());
  }

  private static TlsConfig known(TlsEngine engine, String protocol) {
    return Wss.client(engine).withProtocols(protocol).withIdentity(Wss.identity(Wss.CLIENT));
  }

  @ParameterizedTest
  @MethodSource("all")
  void messagesAndOurCloseAreUnderstood(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketStream client = get(connect(known(engine, protocol)))) {
      TlsSession session = Wss.session(client);
      assertThat(session.protocol()).isEqualTo(protocol);
      assertThat(session.applicationProtocol()).isEqualTo("http/1.1");
      assertThat(session.peerCertificates().get(0)).isEqualTo(Wss.SERVER.certificate());
      for (int size : new int[] {0, 1, 16_384, 300_000}) {
        byte[] bytes = Payloads.bytes(size, size);
        CompletableFuture<Message> read = client.asyncRead(useFuture());
        client.writeKind(MessageKind.BINARY);
        get(client.asyncWriteSome(true, ByteBuffer.wrap(bytes), useFuture()));
        assertThat(get(read).bytes()).isEqualTo(bytes);
      }
      CloseOutcome outcome = get(client.asyncClose(new CloseReason(4000, "enough"), useFuture()));
      assertThat(outcome.transport())
          .as("%s", outcome)
          .isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void jettysCloseIsUnderstood(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketStream client = get(connect(known(engine, protocol)))) {
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      JettyEndpoint peer = OPENED.poll(20, TimeUnit.SECONDS);
      assertThat(peer).isNotNull();
      get(peer.session).close(4001, "enough", Callback.NOOP);
      CloseOutcome outcome = ((WebSocketException) failure(read)).outcome();
      assertThat(outcome.received()).isEqualTo(new CloseReason(4001, "enough"));
      assertThat(outcome.transport())
          .as("%s", outcome)
          .isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutACertificateWeAreRefused(TlsEngine engine, String protocol) {
    TlsConfig nobody = Wss.client(engine).withProtocols(protocol);
    assertThat(failure(connect(nobody)))
        .isInstanceOfSatisfying(
            TlsException.class,
            e -> {
              // The JDK, whose engine Jetty uses, says bad_certificate; later ones say
              // certificate_required, or handshake_failure in TLS 1.2.
              assertThat(e.alert()).isIn(42, 116, 40);
              assertThat(e.error()).isIn(TlsError.PEER_ALERT, TlsError.CLIENT_CERTIFICATE_REQUIRED);
            });
  }
}
