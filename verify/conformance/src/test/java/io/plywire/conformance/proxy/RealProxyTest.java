// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.proxy;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.certificates.MadeCertificate;
import io.plywire.conformance.ServerProcess;
import io.plywire.nio.NioTransport;
import io.plywire.proxy.Proxy;
import io.plywire.proxy.ProxyError;
import io.plywire.proxy.ProxyException;
import io.plywire.proxy.ProxySelection;
import io.plywire.proxy.TunnelOptions;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsLayer;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Through the proxies of others: an echo goes through, and refusals are told. */
@Timeout(300)
class RealProxyTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final TlsContext TRUST =
      TlsContext.of(TlsConfig.client().withTrust(List.of(RealProxy.AUTHORITY.certificate())));
  private static final List<String> ASKING = List.of("basic", "digest", "user");

  private static final Map<RealProxy, Integer> STATUS_OF_STRANGERS =
      Map.of(RealProxy.TINYPROXY, 401, RealProxy.SQUID, 407, RealProxy.MICROSOCKS, 2);

  @TempDir private Path folder;

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static void assumeInstalled(RealProxy real) throws InterruptedException {
    assumeTrue(real.isInstalled(), "there is no " + real + " on this machine");
  }

  private static WebSocketServer serve(boolean secure, String address) throws Exception {
    MadeCertificate own =
        RealProxy.AUTHORITY.issue(
            MadeCertificate.Kind.P256, "localhost", RealProxy.KNOWN_BY_SQUID, "127.0.0.1", "::1");
    WebSocketServer.Builder builder = WebSocketServer.builder();
    if (secure) {
      builder.with(
          TlsOptions.CONTEXT,
          TlsContext.of(TlsConfig.server(TlsIdentity.of(own.key(), own.chain()))));
    }
    return builder.listen(
        (secure ? "wss://" : "ws://") + address + ":0/", (ws, request) -> echo(ws));
  }

  private static void echo(WebSocketStream ws) {
    ws.asyncRead(
        (error, message) -> {
          if (message != null) {
            ws.asyncWrite(message, (failure, bytes) -> echo(ws));
          }
        });
  }

  /** Makes the way to a target, but for TLS with it. */
  private static AsyncStream tunnel(Proxy proxy, Endpoint target) throws Exception {
    AsyncStream stream =
        get(new NioTransport().asyncConnect(proxy.connectsTo(target), DEFAULTS, useFuture()));
    for (LayerProvider layer : proxy.layers(Discovery.of(new TlsLayer()))) {
      stream = get(layer.asyncWrap(stream, Role.CLIENT, target, DEFAULTS, useFuture()));
    }
    return stream;
  }

  private static ProxyException refusal(Proxy proxy, Endpoint target, ProxyError expected) {
    try {
      tunnel(proxy, target);
    } catch (Exception e) {
      assertThat(e).isInstanceOf(ExecutionException.class);
      assertThat(e.getCause()).isInstanceOf(ProxyException.class);
      ProxyException failure = (ProxyException) e.getCause();
      assertThat(failure.error()).as("%s", failure.getMessage()).isEqualTo(expected);
      return failure;
    }
    throw new AssertionError(proxy + " lets everybody in");
  }

  private static Endpoint target(WebSocketServer server, String host) {
    String scheme = server.endpoint().secure() ? "wss://" : "ws://";
    return Endpoint.parse(scheme + host + ":" + server.endpoint().port() + "/chat");
  }

  private static void converse(Proxy proxy, Endpoint target) throws Exception {
    Discovery discovery = Discovery.of(new TlsLayer());
    WebSocketClient client =
        WebSocketClient.builder()
            .discovery(discovery)
            .transport(new NioTransport())
            .routes(ProxySelection.always(proxy).routes(discovery))
            .with(TlsOptions.CONTEXT, TRUST)
            .build();
    WebSocketStream ws = get(client.asyncConnect(target, useFuture()));
    for (int length : new int[] {5, 100_000}) {
      String text = "x".repeat(length);
      get(ws.asyncWrite(text, useFuture()));
      assertThat(get(ws.asyncRead(useFuture())).text()).isEqualTo(text);
    }
    get(ws.asyncClose(CloseReason.NORMAL, useFuture()));
  }

  private static Proxy withAlice(Proxy proxy) {
    return proxy.withCredentials(RealProxy.USER, RealProxy.PASSWORD);
  }

  @ParameterizedTest
  @CsvSource({
    "TINYPROXY, none, localhost",
    "TINYPROXY, none, 127.0.0.1",
    "SQUID, none, server.example",
    "SQUID, none, 127.0.0.1",
    "SQUID, tls, server.example",
    "SQUID, basic, server.example",
    "SQUID, digest, server.example",
    "MICROSOCKS, none, localhost",
    "MICROSOCKS, none, 127.0.0.1",
    "MICROSOCKS, user, localhost",
    "DANTE, none, localhost",
    "DANTE, none, 127.0.0.1",
    "DANTE, 4a, 127.0.0.1",
  })
  void echoes(RealProxy real, String how, String host) throws Exception {
    assumeInstalled(real);
    try (ServerProcess process = real.start(folder, how)) {
      Proxy proxy = real.at(process.address(), how);
      if (how.equals("tls")) {
        proxy = proxy.with(TlsOptions.CONTEXT, TRUST);
      }
      if (ASKING.contains(how)) {
        proxy = withAlice(proxy);
      }
      for (boolean secure : new boolean[] {false, true}) {
        try (WebSocketServer server = serve(secure, "127.0.0.1")) {
          converse(proxy, target(server, host));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RealProxy.class,
      names = {"TINYPROXY", "SQUID", "MICROSOCKS"})
  void addressOfIpv6(RealProxy real) throws Exception {
    assumeInstalled(real);
    assumeTrue(hasIpv6(), "there is no IPv6 on this machine");
    try (ServerProcess process = real.start(folder, "none")) {
      for (boolean secure : new boolean[] {false, true}) {
        try (WebSocketServer server = serve(secure, "[::1]")) {
          converse(real.at(process.address(), "none"), target(server, "[::1]"));
        }
      }
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * It ends the connection when it asks, so the credentials go on a new one, or are sent at once.
   */
  @Test
  void proxyThatEndsTheConnectionWhenItAsks() throws Exception {
    assumeInstalled(RealProxy.TINYPROXY);
    try (ServerProcess process = RealProxy.TINYPROXY.start(folder, "basic");
        WebSocketServer server = serve(false, "127.0.0.1")) {
      Endpoint target = target(server, "localhost");
      Proxy proxy = withAlice(RealProxy.TINYPROXY.at(process.address(), "basic"));
      ProxyException asked = refusal(proxy, target, ProxyError.NEW_CONNECTION_NEEDED);
      assertThat(asked.status()).isEqualTo(407);
      converse(proxy.after(asked), target);
      converse(proxy.with(TunnelOptions.PREEMPTIVE, true), target);
    }
  }

  @ParameterizedTest
  @CsvSource({"TINYPROXY, basic", "SQUID, basic", "SQUID, digest", "MICROSOCKS, user"})
  void strangersAreRefused(RealProxy real, String how) throws Exception {
    assumeInstalled(real);
    try (ServerProcess process = real.start(folder, how)) {
      Proxy nobody = real.at(process.address(), how);
      Endpoint target = Endpoint.parse("ws://localhost:9/");
      assertThat(refusal(nobody, target, ProxyError.AUTHENTICATION).credentialsSent()).isFalse();
      Proxy mallory = nobody.withCredentials(RealProxy.USER, "guess");
      if (real == RealProxy.TINYPROXY) {
        mallory = mallory.after(refusal(mallory, target, ProxyError.NEW_CONNECTION_NEEDED));
      }
      ProxyException refused = refusal(mallory, target, ProxyError.AUTHENTICATION);
      assertThat(refused.credentialsSent()).isTrue();
      assertThat(refused.status()).isEqualTo(STATUS_OF_STRANGERS.get(real));
      assertThat(refused).hasMessageNotContaining("guess");
    }
  }

  /** Nobody listens there, which is told in several ways. */
  @ParameterizedTest
  @CsvSource({
    "TINYPROXY, none, 500",
    "SQUID, none, 503",
    "MICROSOCKS, none, 5",
    "DANTE, none, 5",
    "DANTE, 4a, 91",
  })
  void serverIsNotThere(RealProxy real, String how, int status) throws Exception {
    assumeInstalled(real);
    try (ServerProcess process = real.start(folder, how)) {
      Endpoint nowhere;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        nowhere = Endpoint.parse("ws://127.0.0.1:" + free.getLocalPort() + "/");
      }
      boolean told = status != 500 && status != 91; // as what it is
      ProxyException failure =
          refusal(
              real.at(process.address(), how),
              nowhere,
              told ? ProxyError.UNREACHABLE : ProxyError.REFUSED);
      assertThat(failure.status()).isEqualTo(status);
    }
  }
}
