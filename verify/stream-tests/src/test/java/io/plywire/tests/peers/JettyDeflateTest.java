// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.Payloads;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compressed conversations with Jetty in both roles, with every parameter Jetty knows: the two
 * flags of context takeover. Jetty answers no request for smaller windows.
 */
@Timeout(60)
class JettyDeflateTest {
  private static final int[] SIZES = {0, 1, 2, 125, 126, 1000, 8192, 65535, 65536, 128 << 10};

  private static Server server;
  private static int port;
  private static WebSocketClient client;

  private final Network network = new Network(Network.Kind.TCP);

  @BeforeAll
  static void startJetty() throws Exception {
    server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              container.setMaxTextMessageSize(1 << 20);
              container.setMaxBinaryMessageSize(1 << 20);
              container.addMapping(
                  "/echo", (request, response, callback) -> new JettyEndpoint(true));
            }));
    server.start();
    port = connector.getLocalPort();
    client = new WebSocketClient();
    client.setMaxTextMessageSize(1 << 20);
    client.setMaxBinaryMessageSize(1 << 20);
    client.start();
  }

  @AfterAll
  static void stopJetty() throws Exception {
    client.stop();
    server.stop();
  }

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  private static WebSocketOptions options(boolean serverTakeover, boolean clientTakeover) {
    return Network.options()
        .withDeflate(
            DeflateOptions.defaults()
                .withContextTakeover(Role.SERVER, serverTakeover)
                .withContextTakeover(Role.CLIENT, clientTakeover));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void ourClientAndTheirServer(boolean serverTakeover, boolean clientTakeover) throws Exception {
    WebSocketOptions options = options(serverTakeover, clientTakeover).withWriteBufferBytes(5000);
    try (WebSocketStream stream =
        network.client(options).asyncConnect("ws://127.0.0.1:" + port + "/echo", useBlocking())) {
      assertThat(stream.deflate())
          .isEqualTo(new DeflateParameters(15, 15, serverTakeover, clientTakeover));
      for (int round = 0; round < 2; round++) {
        for (int size : SIZES) {
          stream.compress(size != 1000);
          stream.writeKind(MessageKind.BINARY);
          byte[] noise = Payloads.bytes(size, round);
          assertThat(echo(stream, noise).bytes()).isEqualTo(noise);
          stream.writeKind(MessageKind.TEXT);
          String text = Payloads.text(size, 1);
          assertThat(echo(stream, text.getBytes(StandardCharsets.UTF_8)).text()).isEqualTo(text);
        }
      }
      assertThat(stream.asyncClose(CloseReason.NORMAL, useBlocking()).handshakeComplete()).isTrue();
    }
  }

  private static Message echo(WebSocketStream stream, byte[] bytes) throws Exception {
    CompletableFuture<Message> echo = stream.asyncRead(useFuture());
    int cut = bytes.length / 3;
    stream.asyncWriteSome(false, ByteBuffer.wrap(bytes, 0, cut), useBlocking());
    stream.asyncWriteSome(true, ByteBuffer.wrap(bytes, cut, bytes.length - cut), useBlocking());
    return get(echo);
  }

  /**
   * Jetty's client takes each flag for the other side's (it resets its decompressor when it should
   * reset its compressor), so a client alone without takeover cannot be had of it.
   */
  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "false, false"})
  void theirClientAndOurServer(boolean serverTakeover, boolean clientTakeover) throws Exception {
    Echo echo = new Echo();
    WebSocketServer ours = network.listen(options(true, true).withWriteBufferBytes(5000), echo);
    ClientUpgradeRequest request = new ClientUpgradeRequest(URI.create(ours.endpoint().toString()));
    request.addExtensions(
        "permessage-deflate"
            + (serverTakeover ? "" : "; server_no_context_takeover")
            + (clientTakeover ? "" : "; client_no_context_takeover"));
    JettyEndpoint endpoint = new JettyEndpoint(false);
    Session session = get(client.connect(endpoint, request));
    assertThat(echo.first().stream.deflate())
        .isEqualTo(new DeflateParameters(15, 15, serverTakeover, clientTakeover));
    for (int round = 0; round < 2; round++) {
      for (int size : SIZES) {
        byte[] noise = Payloads.bytes(size, round);
        Callback.Completable sent = new Callback.Completable();
        session.sendBinary(ByteBuffer.wrap(noise), sent);
        get(sent);
        assertThat(endpoint.next()).isEqualTo(noise);
        String text = Payloads.text(size, 1);
        int half = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
        Callback.Completable first = new Callback.Completable();
        session.sendPartialText(text.substring(0, half), false, first);
        get(first);
        Callback.Completable second = new Callback.Completable();
        session.sendPartialText(text.substring(half), true, second);
        get(second);
        assertThat(endpoint.next()).isEqualTo(text);
      }
    }
    session.close(1000, "", Callback.NOOP);
    assertThat(get(endpoint.closed)).startsWith("1000");
  }

  @Test
  void aServerThatIgnoresWhatWasAskedForIsRefused() {
    WebSocketOptions options =
        Network.options().withDeflate(DeflateOptions.defaults().withWindowBits(Role.SERVER, 10));
    assertThatThrownBy(
            () ->
                network
                    .client(options)
                    .asyncConnect("ws://127.0.0.1:" + port + "/echo", useBlocking()))
        .isInstanceOfSatisfying(
            WebSocketException.class,
            e -> assertThat(e.error()).isEqualTo(WebSocketError.BAD_EXTENSION))
        .hasMessageContaining("server_max_window_bits=10");
  }
}
