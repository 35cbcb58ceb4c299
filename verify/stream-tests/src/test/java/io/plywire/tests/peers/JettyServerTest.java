// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.Payloads;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client talks to Jetty's server. */
@Timeout(60)
class JettyServerTest {
  private static final String BODY = "You are not on the list. ".repeat(200);

  private static Server jetty;
  private static int port;
  private static final BlockingQueue<JettyEndpoint> OPENED = new LinkedBlockingQueue<>();

  private final Network network = new Network(Network.Kind.TCP);

  @BeforeAll
  static void startJetty() throws Exception {
    jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    WebSocketUpgradeHandler upgrades =
        WebSocketUpgradeHandler.from(
            jetty,
            container -> {
              container.setMaxTextMessageSize(32 << 20);
              container.setMaxBinaryMessageSize(32 << 20);
              container.setMaxFrameSize(32 << 20);
              container.addMapping(
                  "/echo",
                  (request, response, callback) -> {
                    if (request.hasSubProtocol("chat")) {
                      response.setAcceptedSubProtocol("chat");
                    }
                    String tenant = request.getHeaders().get("X-Tenant");
                    if (tenant != null) {
                      response.getHeaders().put("X-Your-Tenant", tenant);
                    }
                    JettyEndpoint endpoint = new JettyEndpoint(true);
                    OPENED.add(endpoint);
                    return endpoint;
                  });
            });
    upgrades.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(
              Request request, Response response, org.eclipse.jetty.util.Callback callback) {
            String path = Request.getPathInContext(request);
            response.setStatus(path.startsWith("/forbidden") ? 403 : 404);
            response.getHeaders().put("X-Reason", "not on the list");
            if (path.endsWith("/chunked")) {
              Content.Sink.write(
                  response,
                  false,
                  BODY.substring(0, 100),
                  org.eclipse.jetty.util.Callback.from(
                      () -> Content.Sink.write(response, true, BODY.substring(100), callback),
                      callback::failed));
            } else {
              response.getHeaders().put("Content-Length", BODY.length());
              Content.Sink.write(response, true, BODY, callback);
            }
            return true;
          }
        });
    jetty.setHandler(upgrades);
    jetty.start();
    port = connector.getLocalPort();
  }

  @AfterAll
  static void stopJetty() throws Exception {
    jetty.stop();
  }

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  private static String uri(String path) {
    return "ws://127.0.0.1:" + port + path;
  }

  private WebSocketStream connect(WebSocketOptions options) throws IOException {
    OPENED.clear();
    return network.client(options).asyncConnect(uri("/echo"), useBlocking());
  }

  private static JettyEndpoint peer() throws InterruptedException {
    JettyEndpoint endpoint = OPENED.poll(20, TimeUnit.SECONDS);
    assertThat(endpoint).isNotNull();
    return endpoint;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65535, 65536, 1 << 20, 8 << 20})
  void echoesOfEverySizeComeBackWhole(int size) throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      for (boolean binary : new boolean[] {true, false}) {
        byte[] sent =
            binary
                ? Payloads.bytes(size, 1)
                : Payloads.text(size, 1).getBytes(StandardCharsets.UTF_8);
        client.writeKind(binary ? MessageKind.BINARY : MessageKind.TEXT);
        CompletableFuture<Message> echo = client.asyncRead(useFuture());
        client.asyncWriteSome(true, ByteBuffer.wrap(sent), useBlocking());
        Message message = get(echo);
        assertThat(message.kind() == MessageKind.BINARY).isEqualTo(binary);
        assertThat(message.bytes()).isEqualTo(sent);
      }
      CloseOutcome outcome = client.asyncClose(CloseReason.NORMAL, useBlocking());
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.transport())
          .as("%s", outcome)
          .isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @Test
  void fragmentsGoBothWays() throws Exception {
    try (WebSocketStream client = connect(Network.options().withWriteBufferBytes(500))) {
      JettyEndpoint peer = peer();
      String sent = Payloads.text(20_000, 2);
      CompletableFuture<Message> echo = client.asyncRead(useFuture());
      client.asyncWrite(sent, useBlocking());
      assertThat(get(echo).text()).isEqualTo(sent);
      Session session = get(peer.session);
      StringBuilder all = new StringBuilder();
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      for (int i = 0; i < 20; i++) {
        String part = Payloads.text(1009, i);
        all.append(part);
        Callback.Completable sentPart = new Callback.Completable();
        session.sendPartialText(part, i == 19, sentPart);
        get(sentPart);
        if (i == 10) {
          session.sendPing(ByteBuffer.wrap(new byte[] {42}), Callback.NOOP);
        }
      }
      assertThat(get(read).text()).isEqualTo(all.toString());
      assertThat(peer.next()).isEqualTo("PONG *");
    }
  }

  @Test
  void pingsAreAnsweredBothWays() throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      client.controlCallback(
          (kind, payload) -> heard.add(kind + " " + StandardCharsets.UTF_8.decode(payload)));
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      client.asyncPing(ByteBuffer.wrap("ours".getBytes(StandardCharsets.UTF_8)), useBlocking());
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("PONG ours");
      JettyEndpoint peer = peer();
      get(peer.session)
          .sendPing(ByteBuffer.wrap("theirs".getBytes(StandardCharsets.UTF_8)), Callback.NOOP);
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("PING theirs");
      assertThat(peer.next()).isEqualTo("PING ours");
      assertThat(peer.next()).isEqualTo("PONG theirs");
      assertThat(read).isNotDone();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 3000, 4999})
  void ourCloseCodeReachesJetty(int code) throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      CloseOutcome outcome = client.asyncClose(new CloseReason(code, "bye"), useBlocking());
      assertThat(outcome.initiator()).isEqualTo(Role.CLIENT);
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.code()).isEqualTo(code);
      assertThat(get(peer().closed)).isEqualTo(code + " bye");
    }
  }

  @Test
  void ourCloseWithoutCodeReachesJetty() throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      client.asyncClose(CloseReason.NONE, useBlocking());
      assertThat(get(peer().closed)).startsWith("1005 ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 3000, 4999})
  void jettysCloseCodeReachesUs(int code) throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      get(peer().session).close(code, "enough", Callback.NOOP);
      CloseOutcome outcome = ((WebSocketException) Network.failure(read)).outcome();
      assertThat(outcome.initiator()).isEqualTo(Role.SERVER);
      assertThat(outcome.received()).isEqualTo(new CloseReason(code, "enough"));
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.transport())
          .as("%s", outcome)
          .isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @Test
  void aServerThatDropsTheConnectionIsLost() throws Exception {
    try (WebSocketStream client = connect(Network.options())) {
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      get(peer().session).disconnect();
      assertThat(Network.failure(read)).isInstanceOf(StreamException.class);
      assertThat(client.closeOutcome().code()).isEqualTo(1006);
    }
  }

  @Test
  void subprotocolAndFieldsAreAgreedOn() throws Exception {
    CompletableFuture<String> tenant = new CompletableFuture<>();
    try (WebSocketStream client =
        connect(
            Network.options()
                .withSubprotocols("soap", "chat")
                .withRequestDecorator(
                    request -> {
                      request.fields().add("X-Tenant", "blue");
                      tenant.complete(request.target());
                    }))) {
      assertThat(get(tenant)).isEqualTo("/echo");
      assertThat(client.subprotocol()).isEqualTo("chat");
      assertThat(get(peer().session).getUpgradeRequest().getHeader("X-Tenant")).isEqualTo("blue");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/forbidden", "/forbidden/chunked", "/nowhere", "/nowhere/chunked"})
  void aRefusalArrivesWhole(String path) {
    WebSocketException refusal =
        catchThrowableOfType(
            WebSocketException.class,
            () -> network.client(Network.options()).asyncConnect(uri(path), useBlocking()));
    assertThat(refusal.error()).isEqualTo(WebSocketError.UPGRADE_DECLINED);
    assertThat(refusal.response().status()).isEqualTo(path.startsWith("/forbidden") ? 403 : 404);
    assertThat(refusal.response().fields().first("X-Reason")).isEqualTo("not on the list");
    assertThat(refusal.response().bodyText()).isEqualTo(BODY);
  }

  @Test
  void ofALongRefusalAsMuchIsKeptAsWasAskedFor() {
    WebSocketException refusal =
        catchThrowableOfType(
            WebSocketException.class,
            () ->
                network
                    .client(Network.options().withRefusedBodyMax(10))
                    .asyncConnect(uri("/forbidden"), useBlocking()));
    assertThat(refusal.response().bodyText()).isEqualTo(BODY.substring(0, 10));
  }
}
