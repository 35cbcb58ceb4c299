// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.Payloads;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.exceptions.UpgradeException;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jetty's client talks to our server. */
@Timeout(60)
class JettyClientTest {
  private static WebSocketClient jetty;

  private final Network network = new Network(Network.Kind.TCP);
  private final JettyEndpoint endpoint = new JettyEndpoint(false);

  @BeforeAll
  static void startJetty() throws Exception {
    jetty = new WebSocketClient();
    jetty.setMaxTextMessageSize(32 << 20);
    jetty.setMaxBinaryMessageSize(32 << 20);
    jetty.setMaxFrameSize(32 << 20);
    jetty.start();
  }

  @AfterAll
  static void stopJetty() throws Exception {
    jetty.stop();
  }

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  private Session connect(WebSocketServer server) throws Exception {
    return get(jetty.connect(endpoint, URI.create(server.endpoint().toString())));
  }

  private static void sent(java.util.function.Consumer<Callback> send) {
    Callback.Completable done = new Callback.Completable();
    send.accept(done);
    get(done);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65535, 65536, 1 << 20, 8 << 20})
  void echoesOfEverySizeComeBackWhole(int size) throws Exception {
    Session client = connect(network.listen(Network.options(), new Echo()));
    byte[] bytes = Payloads.bytes(size, 1);
    sent(callback -> client.sendBinary(ByteBuffer.wrap(bytes), callback));
    assertThat(endpoint.next()).isEqualTo(bytes);
    String text = Payloads.text(size, 1);
    sent(callback -> client.sendText(text, callback));
    assertThat(endpoint.next()).isEqualTo(text);
    client.close(1000, "", Callback.NOOP);
    assertThat(get(endpoint.closed)).startsWith("1000");
  }

  @Test
  void fragmentsGoBothWaysWithAPingBetween() throws Exception {
    Session client =
        connect(network.listen(Network.options().withWriteBufferBytes(700), new Echo()));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      String part = Payloads.text(1013, i);
      boolean last = i == 29;
      all.append(part);
      sent(callback -> client.sendPartialText(part, last, callback));
      if (i == 15) {
        sent(callback -> client.sendPing(ByteBuffer.wrap(new byte[] {42}), callback));
      }
    }
    assertThat(endpoint.next()).isEqualTo("PONG *");
    assertThat(endpoint.next()).isEqualTo(all.toString());
  }

  @Test
  void pingsAreAnsweredBothWays() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Echo echo = new Echo();
    Session client =
        connect(
            network.listen(
                Network.options(),
                (stream, request) -> {
                  stream.controlCallback(
                      (kind, payload) ->
                          heard.add(kind + " " + StandardCharsets.UTF_8.decode(payload)));
                  echo.opened(stream, request);
                }));
    client.sendPing(ByteBuffer.wrap("theirs".getBytes(StandardCharsets.UTF_8)), Callback.NOOP);
    assertThat(endpoint.next()).isEqualTo("PONG theirs");
    get(
        echo.first()
            .stream
            .asyncPing(ByteBuffer.wrap("ours".getBytes(StandardCharsets.UTF_8)), useFuture()));
    assertThat(endpoint.next()).isEqualTo("PING ours");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("PING theirs");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("PONG ours");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 3000, 4999})
  void ourCloseCodeReachesJetty(int code) throws Exception {
    Echo echo = new Echo();
    connect(network.listen(Network.options(), echo));
    CloseOutcome outcome =
        get(echo.first().stream.asyncClose(new CloseReason(code, "bye"), useFuture()));
    assertThat(outcome.initiator()).isEqualTo(Role.SERVER);
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(outcome.transport()).as("%s", outcome).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    assertThat(get(endpoint.closed)).isEqualTo(code + " bye");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 3000, 4999})
  void jettysCloseCodeReachesUs(int code) throws Exception {
    Echo echo = new Echo();
    Session client = connect(network.listen(Network.options(), echo));
    client.close(code, "enough", Callback.NOOP);
    CloseOutcome outcome = ((WebSocketException) get(echo.first().ended)).outcome();
    assertThat(outcome.initiator()).isEqualTo(Role.CLIENT);
    assertThat(outcome.received()).isEqualTo(new CloseReason(code, "enough"));
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(outcome.transport()).as("%s", outcome).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
  }

  @Test
  void aCloseWithoutCodeGoesBothWays() throws Exception {
    Echo echo = new Echo();
    connect(network.listen(Network.options(), echo));
    get(echo.first().stream.asyncClose(CloseReason.NONE, useFuture()));
    assertThat(get(endpoint.closed)).startsWith("1005 ");
  }

  @Test
  void aClientThatDropsTheConnectionIsLost() throws Exception {
    Echo echo = new Echo();
    connect(network.listen(Network.options(), echo)).disconnect();
    assertThat(get(echo.first().ended)).isInstanceOf(StreamException.class);
    assertThat(echo.first().stream.closeOutcome().code()).isEqualTo(1006);
  }

  @Test
  void subprotocolAndFieldsAreAgreedOn() throws Exception {
    Echo echo = new Echo();
    WebSocketServer server =
        network.listen(
            Network.options()
                .withSubprotocols("soap", "chat")
                .withResponseDecorator(response -> response.fields().add("X-Served-By", "plywire")),
            echo);
    ClientUpgradeRequest request =
        new ClientUpgradeRequest(URI.create(server.endpoint().toString()));
    request.setSubProtocols("chat", "superchat");
    request.setHeader("X-Tenant", "blue");
    Session client = get(jetty.connect(endpoint, request));
    assertThat(client.getUpgradeResponse().getAcceptedSubProtocol()).isEqualTo("chat");
    assertThat(client.getUpgradeResponse().getHeader("X-Served-By")).isEqualTo("plywire");
    assertThat(echo.first().request.fields().first("X-Tenant")).isEqualTo("blue");
    assertThat(echo.first().stream.subprotocol()).isEqualTo("chat");
  }

  @Test
  void aForeignOriginIsForbidden() throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    ClientUpgradeRequest request =
        new ClientUpgradeRequest(URI.create(server.endpoint().toString()));
    request.setHeader("Origin", "https://evil.example");
    assertThat(Network.failure(jetty.connect(endpoint, request)))
        .isInstanceOfSatisfying(
            UpgradeException.class,
            refusal -> assertThat(refusal.getResponseStatusCode()).isEqualTo(403));
  }
}
