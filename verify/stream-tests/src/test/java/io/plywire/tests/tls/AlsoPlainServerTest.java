// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.RawSocket;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsLayer;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.Message;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One port for {@code ws:} and {@code wss:}. */
@Timeout(60)
class AlsoPlainServerTest {
  private static TransportOptions both(TlsEngine engine) {
    return TransportOptions.defaults()
        .with(TlsOptions.CONTEXT, TlsContext.of(Wss.server(engine)))
        .with(TlsOptions.ALSO_PLAIN, true);
  }

  private static Endpoint plain(Endpoint secure) {
    return new Endpoint(
        secure.transport(), false, secure.address(), secure.port(), secure.target());
  }

  @ParameterizedTest
  @ValueSource(strings = {"wss://localhost:0/", "wss+memory://localhost/"})
  void clientsWithAndWithoutTlsAtOnePort(String uri) throws IOException {
    for (TlsEngine engine : TlsEngine.all()) {
      Echo echo = new Echo();
      try (WebSocketServer server =
          WebSocketServer.builder().transportOptions(both(engine)).listen(uri, echo)) {
        WebSocketClient client = Wss.client(Wss.client(engine));
        for (Endpoint to : List.of(server.endpoint(), plain(server.endpoint()))) {
          try (WebSocketStream ws = get(client.asyncConnect(to, useFuture()))) {
            CompletableFuture<Message> read = ws.asyncRead(useFuture());
            get(ws.asyncWrite("hello", useFuture()));
            assertThat(get(read).text()).isEqualTo("hello");
            assertThat(ws.nextLayer().layer(TlsStream.class) != null).isEqualTo(to.secure());
          }
        }
        assertThat(echo.connections())
            .extracting(each -> each.stream.nextLayer().layer(TlsStream.class) != null)
            .containsExactly(true, false);
      }
    }
  }

  static List<byte[]> garbage() {
    return List.of(
        "SSH-2.0-OpenSSH_9.2\r\n".getBytes(ISO_8859_1),
        new byte[] {22, 3, 1, 0, 5, 2}, // a ServerHello
        new byte[] {21, 3, 3, 0, 2, 2, 40}, // an alert
        new byte[] {(byte) 0x80, 46, 1, 3, 1, 0}, // SSL 2
        new byte[8],
        "\u00ff\u00fe\u00fd\u00fc\u00fb\u00fa".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void garbageIsToldToBothSides(byte[] bytes) throws Exception {
    try (NioEventLoopGroup group = new NioEventLoopGroup(1);
        Acceptor acceptor =
            new NioTransport(group)
                .listen(Endpoint.parse("ws://127.0.0.1:0/"), TransportOptions.defaults());
        RawSocket client = RawSocket.connect(acceptor.localEndpoint())) {
      AsyncStream accepted = get(acceptor.asyncAccept(useFuture()));
      CompletableFuture<AsyncStream> found =
          new TlsLayer()
              .asyncWrap(
                  accepted,
                  Role.SERVER,
                  acceptor.localEndpoint(),
                  both(TlsEngine.jdk()),
                  useFuture());
      client.send(bytes);
      CompletableFuture<UpgradeRequest> upgrade =
          new WebSocketStream(get(found)).asyncAccept(useFuture());
      assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
      client.end();
      assertThat(failure(upgrade))
          .isInstanceOfSatisfying(
              WebSocketException.class,
              e -> assertThat(e.error()).isEqualTo(WebSocketError.BAD_HTTP_MESSAGE));
    }
  }

  /** What the client hears that begins TLS where there is none, and the other way round. */
  @Test
  void withoutTheOptionBothSidesLearnWhatIsWrong() throws IOException {
    Echo echo = new Echo();
    try (WebSocketServer secure = Wss.listen(Wss.ANY, Wss.server(TlsEngine.jdk()), echo);
        WebSocketServer open = WebSocketServer.listen("ws://127.0.0.1:0/", echo)) {
      WebSocketClient client = Wss.client(Wss.client(TlsEngine.jdk()));
      Endpoint there = open.endpoint();
      Endpoint asIfSecure =
          new Endpoint(there.transport(), true, there.address(), there.port(), there.target());
      assertThat(failure(client.asyncConnect(asIfSecure, useFuture())))
          .isInstanceOfSatisfying(
              TlsException.class, e -> assertThat(e.error()).isEqualTo(TlsError.NOT_TLS))
          .hasMessageContaining("HTTP/1.1");
      assertThat(failure(client.asyncConnect(plain(secure.endpoint()), useFuture())))
          .isInstanceOf(WebSocketException.class)
          .hasMessageContaining("looks like TLS");
      assertThat(echo.connections()).isEmpty();
    }
  }
}
