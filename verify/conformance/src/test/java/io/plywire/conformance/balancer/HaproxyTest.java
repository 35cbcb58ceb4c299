// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.balancer;

import static io.plywire.stream.CompletionToken.useFuture;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.certificates.MadeCertificate;
import io.plywire.layers.ClientTls;
import io.plywire.layers.ProxiedStream;
import io.plywire.layers.ProxyOptions;
import io.plywire.layers.ProxyProtocol;
import io.plywire.layers.TrustedPeers;
import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a real HAProxy: an echo goes through, and the server knows its client. */
@Timeout(300)
class HaproxyTest {
  private static final String NAME = "door.example";
  private static final TrustedPeers LOOPBACK = TrustedPeers.of("127.0.0.0/8");

  @TempDir private Path folder;

  @BeforeAll
  static void haproxyIsThere() throws InterruptedException {
    assumeTrue(Haproxy.isInstalled(), "there is no haproxy on this machine");
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  /** A server, the first connection of which can be looked at. */
  private static WebSocketServer serve(CompletableFuture<WebSocketStream> first, TrustedPeers whom)
      throws Exception {
    return WebSocketServer.builder()
        .layer(new ProxyProtocol())
        .with(ProxyOptions.TRUSTED, whom)
        .listen(
            "ws://127.0.0.1:0/",
            (ws, request) -> {
              first.complete(ws);
              echo(ws);
            });
  }

  private static void echo(WebSocketStream ws) {
    ws.asyncRead(
        (error, message) -> {
          if (message != null) {
            ws.asyncWrite(message, (failure, bytes) -> echo(ws));
          }
        });
  }

  private static AsyncStream connect(Haproxy door) throws Exception {
    InetSocketAddress to = door.address();
    Endpoint endpoint =
        Endpoint.parse("ws://" + to.getAddress().getHostAddress() + ":" + to.getPort() + "/");
    return get(new NioTransport().asyncConnect(endpoint, TransportOptions.defaults(), useFuture()));
  }

  /** Has a message echoed, and returns what the server knows of the client. */
  private static ProxiedStream converse(AsyncStream client, Future<WebSocketStream> served)
      throws Exception {
    WebSocketStream ws = new WebSocketStream(client);
    get(ws.asyncHandshake(NAME, "/", useFuture()));
    get(ws.asyncWrite("hello", useFuture()));
    assertThat(get(ws.asyncRead(useFuture())).text()).isEqualTo("hello");
    WebSocketStream server = get(served);
    ProxiedStream proxied = server.nextLayer().layer(ProxiedStream.class);
    PeerAddress seen = server.nextLayer().layer(PeerAddress.class);
    PeerAddress own = client.layer(PeerAddress.class);
    assertThat(seen.remoteAddress()).isEqualTo(own.localAddress());
    assertThat(seen.localAddress()).isEqualTo(own.remoteAddress());
    InetSocketAddress balancer = (InetSocketAddress) proxied.connection().remoteAddress();
    assertThat(balancer).isNotEqualTo(own.localAddress());
    assertThat(balancer.getAddress().isLoopbackAddress()).isTrue();
    get(ws.asyncClose(CloseReason.NORMAL, useFuture()));
    return proxied;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "send-proxy",
        "send-proxy-v2",
        "send-proxy-v2 proxy-v2-options crc32c,unique-id",
        "send-proxy-v2-ssl"
      })
  void plain(String option) throws Exception {
    CompletableFuture<WebSocketStream> first = new CompletableFuture<>();
    try (WebSocketServer server = serve(first, LOOPBACK);
        Haproxy door = Haproxy.start(folder, "", server.endpoint().port(), option)) {
      AsyncStream client = connect(door);
      int port = ((InetSocketAddress) client.layer(PeerAddress.class).localAddress()).getPort();
      ProxiedStream proxied = converse(client, first);
      assertThat(proxied.version()).isEqualTo(option.equals("send-proxy") ? 1 : 2);
      if (option.contains("unique-id")) {
        assertThat(proxied.uniqueId()).isEqualTo(("door-127.0.0.1-" + port).getBytes(US_ASCII));
        assertThat(proxied.tlvs()).hasSize(2);
      }
      if (option.endsWith("ssl")) {
        assertThat(proxied.clientTls()).isNotNull();
        assertThat(proxied.clientTls().used()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"send-proxy-v2-ssl", "send-proxy-v2-ssl-cn"})
  void secured(String option) throws Exception {
    MadeCertificate authority = MadeCertificate.authority("haproxy");
    MadeCertificate shown = authority.issue(MadeCertificate.Kind.P256, NAME);
    MadeCertificate mine = authority.issueWithoutNames("somebody");
    Path crt = Files.writeString(folder.resolve("door.pem"), shown.chainPem() + shown.keyPem());
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.chainPem());
    TlsContext context =
        TlsContext.of(
            TlsConfig.client()
                .withTrust(List.of(authority.certificate()))
                .withIdentity(TlsIdentity.of(mine.key(), mine.chain())));
    String bind = "ssl crt " + crt + " ca-file " + ca + " verify optional alpn http/1.1";
    String more = " proxy-v2-options authority,ssl-cipher,cert-sig,cert-key,crc32c";
    CompletableFuture<WebSocketStream> first = new CompletableFuture<>();
    try (WebSocketServer server = serve(first, LOOPBACK);
        Haproxy door = Haproxy.start(folder, bind, server.endpoint().port(), option + more)) {
      AsyncStream client = connect(door);
      TlsStream tls =
          get(
              TlsStream.asyncHandshake(
                  client, context, NAME, door.address().getPort(), useFuture()));
      ProxiedStream proxied = converse(tls, first);
      assertThat(proxied.version()).isEqualTo(2);
      assertThat(proxied.authority()).isEqualTo(NAME);
      ClientTls known = proxied.clientTls();
      assertThat(known.used()).isTrue();
      assertThat(known.version()).isEqualTo(tls.session().protocol());
      assertThat(known.cipher()).isEqualTo(tls.session().cipherSuite());
      assertThat(known.certificateInConnection()).isTrue();
      assertThat(known.certificateVerified()).isTrue();
      assertThat(known.commonName()).isEqualTo(option.endsWith("cn") ? "somebody" : null);
      assertThat(known.signatureAlgorithm()).isNotNull();
      assertThat(known.keyAlgorithm()).isNotNull();
    }
  }

  /** A balancer whom nobody knows gets nowhere. */
  @Test
  void untrusted() throws Exception {
    CompletableFuture<WebSocketStream> first = new CompletableFuture<>();
    try (WebSocketServer server = serve(first, TrustedPeers.of("192.0.2.0/24"));
        Haproxy door = Haproxy.start(folder, "", server.endpoint().port(), "send-proxy-v2")) {
      WebSocketStream ws = new WebSocketStream(connect(door));
      CompletableFuture<?> handshake = ws.asyncHandshake(NAME, "/", useFuture());
      assertThat(handshake).failsWithin(60, TimeUnit.SECONDS);
      assertThat(first).isNotDone();
    }
  }
}
