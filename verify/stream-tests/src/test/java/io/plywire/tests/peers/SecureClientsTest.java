// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Payloads;
import io.plywire.tests.tls.Wss;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsSession;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of others talk to our server over TLS, by each engine. */
@Timeout(60)
class SecureClientsTest {
  private static final int MUCH = 300_000;

  private final Echo echo = new Echo();

  static List<Arguments> all() {
    return Wss.enginesAndVersions();
  }

  private WebSocketServer listen(TlsEngine engine) throws Exception {
    TlsConfig config =
        Wss.server(engine)
            .withClientAuth(ClientAuth.NEED)
            .withTrust(List.of(Wss.AUTHORITY.certificate()));
    return Wss.listen(Wss.ANY, config, echo);
  }

  private static URI uri(WebSocketServer server) {
    return URI.create(server.endpoint().toString());
  }

  private void assertThatItIs(String protocol) {
    TlsSession session = Wss.session(echo.first().stream);
    assertThat(session.protocol()).isEqualTo(protocol);
    assertThat(session.peerCertificates().get(0)).isEqualTo(Wss.CLIENT.certificate());
  }

  /** Puts together what comes in parts. */
  private static final class Listener implements WebSocket.Listener {
    final CompletableFuture<byte[]> message = new CompletableFuture<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteBuffer all = ByteBuffer.allocate(MUCH);

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      all.put(data);
      if (last) {
        message.complete(all.array());
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      message.completeExceptionally(error);
      closed.completeExceptionally(error);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clientOfTheJdk(TlsEngine engine, String protocol) throws Exception {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(Wss.jdkContext(Wss.CLIENT))
            .sslParameters(parameters)
            .build();
    try (WebSocketServer server = listen(engine)) {
      Listener listener = new Listener();
      WebSocket client = get(http.newWebSocketBuilder().buildAsync(uri(server), listener));
      byte[] bytes = Payloads.bytes(MUCH, 1);
      get(client.sendBinary(ByteBuffer.wrap(bytes), true));
      assertThat(get(listener.message)).isEqualTo(bytes);
      assertThatItIs(protocol);
      CloseOutcome outcome =
          get(echo.first().stream.asyncClose(new CloseReason(4000, "enough"), useFuture()));
      assertThat(get(listener.closed)).isEqualTo(4000);
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.transport())
          .as("%s", outcome)
          .isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clientOfTheJdkThatDoesNotTrustUs(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketServer server =
        Wss.listen(Wss.ANY, Wss.server(engine).withProtocols(protocol), echo)) {
      Throwable refusal =
          failure(
              HttpClient.newHttpClient()
                  .newWebSocketBuilder()
                  .buildAsync(uri(server), new Listener()));
      assertThat(refusal).isInstanceOf(SSLException.class).hasMessageContaining("PKIX");
      assertThat(echo.connections()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clientOfJetty(TlsEngine engine, String protocol) throws Exception {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(Wss.jdkContext(Wss.CLIENT));
    tls.setIncludeProtocols(protocol);
    WebSocketClient jetty = new WebSocketClient();
    jetty.getHttpClient().setSslContextFactory(tls);
    jetty.setMaxBinaryMessageSize(MUCH);
    jetty.start();
    try (WebSocketServer server = listen(engine)) {
      JettyEndpoint endpoint = new JettyEndpoint(false);
      Session session = get(jetty.connect(endpoint, uri(server)));
      byte[] bytes = Payloads.bytes(MUCH, 2);
      session.sendBinary(ByteBuffer.wrap(bytes), Callback.NOOP);
      assertThat(endpoint.next()).isEqualTo(bytes);
      assertThatItIs(protocol);
      session.close(4001, "enough", Callback.NOOP);
      assertThat(get(endpoint.closed)).startsWith("4001");
      CloseOutcome outcome = ((WebSocketException) get(echo.first().ended)).outcome();
      assertThat(outcome.code()).isEqualTo(4001);
      assertThat(outcome.handshakeComplete()).isTrue();
    } finally {
      jetty.stop();
    }
  }
}
