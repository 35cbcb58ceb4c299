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
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's own client talks to our server. */
@Timeout(60)
class JdkClientTest {
  private final Network network = new Network(Network.Kind.TCP);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Listener listener = new Listener();

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  /** What the client hears, as it hears it. */
  private static final class Listener implements WebSocket.Listener {
    final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      binary.writeBytes(part);
      if (last) {
        heard.add(binary.toByteArray());
        binary.reset();
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
      heard.add("PING " + StandardCharsets.UTF_8.decode(message.duplicate()));
      webSocket.request(1);
      return null; // the client answers by itself
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
      heard.add("PONG " + StandardCharsets.UTF_8.decode(message.duplicate()));
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
      closed.complete(statusCode + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      closed.completeExceptionally(error);
    }

    Object next() throws InterruptedException {
      Object found = heard.poll(Network.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(found).as("what the client hears next").isNotNull();
      return found;
    }
  }

  private WebSocket connect(WebSocketServer server) {
    return get(
        http.newWebSocketBuilder().buildAsync(URI.create(server.endpoint().toString()), listener));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65535, 65536, 1 << 20, 8 << 20})
  void echoesOfEverySizeComeBackWhole(int size) throws Exception {
    WebSocket client = connect(network.listen(Network.options(), new Echo()));
    byte[] bytes = Payloads.bytes(size, 1);
    get(client.sendBinary(ByteBuffer.wrap(bytes), true));
    assertThat(listener.next()).isEqualTo(bytes);
    String text = Payloads.text(size, 1);
    get(client.sendText(text, true));
    assertThat(listener.next()).isEqualTo(text);
    get(client.sendClose(1000, ""));
    assertThat(get(listener.closed)).isEqualTo("1000 ");
  }

  @Test
  void fragmentsOfTheClientAreOneMessageAndOursAreOneToIt() throws Exception {
    WebSocket client =
        connect(network.listen(Network.options().withWriteBufferBytes(1000), new Echo()));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      String part = Payloads.text(997, i);
      all.append(part);
      get(client.sendText(part, i == 49));
    }
    assertThat(listener.next()).isEqualTo(all.toString());
    get(client.sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), false));
    get(client.sendPing(ByteBuffer.wrap("between".getBytes(StandardCharsets.UTF_8))));
    get(client.sendBinary(ByteBuffer.allocate(0), false));
    get(client.sendBinary(ByteBuffer.wrap(new byte[] {3}), true));
    assertThat(listener.next()).isEqualTo("PONG between");
    assertThat(listener.next()).isEqualTo(new byte[] {1, 2, 3});
  }

  @Test
  void pingsAreAnsweredBothWays() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Echo echo = new Echo();
    WebSocket client =
        connect(
            network.listen(
                Network.options(),
                (stream, request) -> {
                  stream.controlCallback(
                      (kind, payload) ->
                          heard.add(kind + " " + StandardCharsets.UTF_8.decode(payload)));
                  echo.opened(stream, request);
                }));
    get(client.sendPing(ByteBuffer.wrap("from the client".getBytes(StandardCharsets.UTF_8))));
    assertThat(listener.next()).isEqualTo("PONG from the client");
    WebSocketStream server = echo.first().stream;
    get(
        server.asyncPing(
            ByteBuffer.wrap("from the server".getBytes(StandardCharsets.UTF_8)), useFuture()));
    assertThat(listener.next()).isEqualTo("PING from the server");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("PING from the client");
    assertThat(heard.poll(20, TimeUnit.SECONDS))
        .isEqualTo(ControlCallback.Kind.PONG + " from the server");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 3000, 4999})
  void theCloseCodeOfTheServerReachesTheClient(int code) throws Exception {
    Echo echo = new Echo();
    connect(network.listen(Network.options(), echo));
    CloseOutcome outcome =
        get(echo.first().stream.asyncClose(new CloseReason(code, "why nöt"), useFuture()));
    assertThat(get(listener.closed)).isEqualTo(code + " why nöt");
    assertThat(outcome.initiator()).isEqualTo(Role.SERVER);
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.transport()).as("%s", outcome).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
  }

  @Test
  void aCloseWithoutCodeReachesTheClient() throws Exception {
    Echo echo = new Echo();
    connect(network.listen(Network.options(), echo));
    get(echo.first().stream.asyncClose(CloseReason.NONE, useFuture()));
    assertThat(get(listener.closed)).isEqualTo("1005 ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 3000, 4999}) // the client refuses to send some others
  void theCloseCodeOfTheClientReachesTheServer(int code) throws Exception {
    Echo echo = new Echo();
    WebSocket client = connect(network.listen(Network.options(), echo));
    get(client.sendClose(code, "enough"));
    CloseOutcome outcome = ((WebSocketException) get(echo.first().ended)).outcome();
    assertThat(outcome.initiator()).isEqualTo(Role.CLIENT);
    assertThat(outcome.received()).isEqualTo(new CloseReason(code, "enough"));
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(get(listener.closed)).startsWith(code + " ");
  }

  @Test
  void aClientThatAbortsIsLost() throws Exception {
    Echo echo = new Echo();
    WebSocket client = connect(network.listen(Network.options(), echo));
    get(client.sendText("hello", true));
    listener.next();
    client.abort();
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
    WebSocket client =
        get(
            http.newWebSocketBuilder()
                .header("X-Tenant", "blue")
                .subprotocols("chat", "superchat")
                .buildAsync(URI.create(server.endpoint() + "room?id=7"), listener));
    assertThat(client.getSubprotocol()).isEqualTo("chat");
    Echo.Connection connection = echo.first();
    assertThat(connection.stream.subprotocol()).isEqualTo("chat");
    assertThat(connection.request.target()).isEqualTo("/room?id=7");
    assertThat(connection.request.fields().first("X-Tenant")).isEqualTo("blue");
  }

  @Test
  void aForeignOriginIsForbidden() throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    Throwable failure =
        Network.failure(
            http.newWebSocketBuilder()
                .header("Origin", "https://evil.example")
                .buildAsync(URI.create(server.endpoint().toString()), listener));
    assertThat(failure)
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refusal -> assertThat(refusal.getResponse().statusCode()).isEqualTo(403));
  }
}
