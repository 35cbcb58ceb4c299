// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.NioTransport;
import io.plywire.stream.StreamException;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.BlockingWebSocket;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A client of plywire converses with plywire inside of somebody else's server. */
class ContainerTest {
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults()
          .withDeflate(DeflateOptions.defaults())
          .withSubprotocols("chat", "superchat");
  private static final long PATIENCE_SECONDS = 60;

  private final Guests guests = new Guests();

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private Container start(Containers kind) throws Exception {
    return kind.start(OPTIONS, guests);
  }

  private static WebSocketStream connect(
      Container container, String target, WebSocketOptions options) throws IOException {
    return WebSocketClient.builder()
        .transport(new NioTransport())
        .options(options)
        .build()
        .asyncConnect(
            "ws://" + Containers.LOOPBACK + ":" + container.port() + target, useBlocking());
  }

  private static byte[] frame(int first, String payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    frame.write(0x80 | payload.length());
    frame.writeBytes(new byte[4]); // masked with zeros
    frame.writeBytes(payload.getBytes(StandardCharsets.US_ASCII));
    return frame.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void messagesOfBothKindsAreEchoed(Containers kind) throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    new Random(1).nextBytes(mebibyte);
    try (Container container = start(kind)) {
      WebSocketStream webSocket = connect(container, "/a?b=c", WebSocketOptions.defaults());
      try (BlockingWebSocket client = webSocket.blocking()) {
        client.write("grüß dich");
        assertThat(client.read().text()).isEqualTo("grüß dich");
        client.write(MessageKind.BINARY, ByteBuffer.wrap(mebibyte));
        Message echo = client.read();
        assertThat(echo.kind()).isEqualTo(MessageKind.BINARY);
        assertThat(echo.bytes()).isEqualTo(mebibyte);
      }
      assertThat(get(guests.webSocket("/a?b=c")).deflate()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void pagesAreServedAsBefore(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      URI page = URI.create("http://" + Containers.LOOPBACK + ":" + container.port() + "/page");
      HttpClient http = HttpClient.newHttpClient();
      WebSocketStream webSocket = connect(container, "/", OPTIONS);
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(page).version(HttpClient.Version.HTTP_1_1).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("page");
      webSocket.asyncClose(CloseReason.NORMAL, useBlocking());
    }
  }

  /** The other connection was idle for less time when it was ended. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NETTY") // where nobody looks after that
  void idleTimeoutOfTheServerIsForOthers(Containers kind) throws Exception {
    try (Container container = kind.start(OPTIONS, guests, null, 200)) {
      WebSocketStream webSocket = connect(container, "/", OPTIONS);
      get(guests.webSocket("/"));
      Client other = Client.connect(container.port(), TransportOptions.defaults());
      other.send(
          "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(other.rest()).startsWith("HTTP/1.1 200 ").endsWith("page");
      other.stream().close();
      try (BlockingWebSocket client = webSocket.blocking()) {
        client.write("still there");
        assertThat(client.read().text()).isEqualTo("still there");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void compressionAndSubprotocolAreAgreedOn(Containers kind) throws Exception {
    String text = "again and ".repeat(20_000);
    try (Container container = start(kind)) {
      WebSocketStream webSocket =
          connect(container, "/", OPTIONS.withSubprotocols("other", "superchat"));
      try (BlockingWebSocket client = webSocket.blocking()) {
        client.write(text);
        assertThat(client.read().text()).isEqualTo(text);
      }
      assertThat(webSocket.deflate()).isNotNull();
      assertThat(webSocket.subprotocol()).isEqualTo("superchat");
      WebSocketStream server = get(guests.webSocket("/"));
      assertThat(server.deflate()).isEqualTo(webSocket.deflate());
      assertThat(server.subprotocol()).isEqualTo("superchat");
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void pingsAreAnsweredBothWays(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container, "/", OPTIONS);
      WebSocketStream server = get(guests.webSocket("/"));
      BlockingQueue<String> toClient = heard(client);
      BlockingQueue<String> toServer = heard(server);
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      client.asyncPing(ByteBuffer.wrap(new byte[] {'c'}), useBlocking());
      assertThat(toServer.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("PING c");
      assertThat(toClient.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("PONG c");
      server.asyncPing(ByteBuffer.wrap(new byte[] {'s'}), useBlocking());
      assertThat(toClient.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("PING s");
      assertThat(toServer.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("PONG s");
      client.asyncWrite("after", useBlocking());
      assertThat(get(read).text()).isEqualTo("after");
      client.asyncClose(CloseReason.NORMAL, useBlocking());
    }
  }

  private static BlockingQueue<String> heard(WebSocketStream webSocket) {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    webSocket.controlCallback((what, payload) -> heard.add(what + " " + text(payload)));
    return heard;
  }

  private static String text(ByteBuffer payload) {
    return StandardCharsets.US_ASCII.decode(payload.duplicate()).toString();
  }

  /** What a server has read ahead belongs to the WebSocket. */
  @ParameterizedTest
  @EnumSource(Containers.class)
  void frameRightBehindTheRequestIsRead(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      Client client = Client.connect(container.port(), TransportOptions.defaults());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(Client.request(container.port(), "/"));
      all.writeBytes(frame(0x81, "early"));
      all.writeBytes(frame(0x88, ""));
      client.send(all.toByteArray());
      assertThat(client.rest())
          .startsWith("HTTP/1.1 101 ")
          .contains("\r\n\r\n\u0081\u0005early\u0088");
      client.stream().close();
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void clientCloses(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container, "/", OPTIONS);
      WebSocketStream server = get(guests.webSocket("/"));
      var outcome = client.asyncClose(new CloseReason(4001, "enough"), useBlocking());
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.code()).isEqualTo(4001);
      get(guests.end("/"));
      assertThat(server.closeOutcome().received()).isEqualTo(new CloseReason(4001, "enough"));
      assertThat(server.nextLayer().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void serverCloses(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container, "/", OPTIONS);
      WebSocketStream server = get(guests.webSocket("/"));
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      var outcome = server.asyncClose(new CloseReason(4002, "closing time"), useBlocking());
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(read).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(client.closeOutcome().received()).isEqualTo(new CloseReason(4002, "closing time"));
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void violationIsAnsweredWithItsCode(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      Client client = Client.connect(container.port(), TransportOptions.defaults());
      client.send(Client.request(container.port(), "/"));
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      client.send(frame(0x83, "reserved")); // an opcode that nobody has defined
      String answer = client.rest();
      assertThat(answer.charAt(0)).isEqualTo('\u0088');
      assertThat(answer.substring(2, 4)).isEqualTo("\u0003\u00ea"); // 1002
      client.stream().close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8,                       426
          Upgrade: websocket,        Upgrade: h2c,                                   400
          Upgrade: websocket,        Upgrade: websocket~Origin: https://evil.example, 403
          Sec-WebSocket-Key: ,       Sec-WebSocket-Key: x,                           400
          """)
  void improperRequestIsRefusedByEach(String right, String wrong, int status) throws Exception {
    for (Containers kind : Containers.values()) {
      try (Container container = start(kind)) {
        Client client = Client.connect(container.port(), TransportOptions.defaults());
        String request =
            new String(Client.request(container.port(), "/"), StandardCharsets.ISO_8859_1);
        String changed = request.replace(right, wrong.replace("~", "\r\n"));
        assertThat(changed).isNotEqualTo(request);
        client.send(changed.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder received = new StringBuilder();
        while (!received.toString().matches("(?s)HTTP/1.1 .*\r\n\r\n.+\n")) {
          received.append(client.some());
        }
        assertThat(received.toString()).as("%s", kind).startsWith("HTTP/1.1 " + status + " ");
        client.stream().close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void addressOfTheClientIsKnown(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container, "/", OPTIONS);
      PeerAddress ofClient = client.nextLayer().layer(PeerAddress.class);
      PeerAddress ofServer = get(guests.webSocket("/")).nextLayer().layer(PeerAddress.class);
      assertThat(port(ofServer.remoteAddress())).isEqualTo(port(ofClient.localAddress()));
      assertThat(port(ofServer.localAddress())).isEqualTo(container.port());
      client.asyncClose(CloseReason.NORMAL, useBlocking());
    }
  }

  private static int port(SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void whoStopsTheServerCutsItsWebSocketsOff(Containers kind) throws Exception {
    CompletableFuture<Message> read;
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container, "/", OPTIONS);
      get(guests.webSocket("/"));
      read = client.asyncRead(useFuture());
    }
    assertThat(get(guests.end("/")))
        .isInstanceOfAny(StreamException.class, WebSocketException.class);
    assertThat(read).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void whoSaysGoodbyeFirstDoesNot(Containers kind) throws Exception {
    OpenWebSockets open = new OpenWebSockets(guests);
    WebSocketStream leaver;
    WebSocketStream client;
    CompletableFuture<Message> read;
    try (Container container = kind.start(OPTIONS, open)) {
      leaver = connect(container, "/leaver", OPTIONS);
      client = connect(container, "/", OPTIONS);
      read = client.asyncRead(useFuture());
      get(guests.webSocket("/"));
      WebSocketStream left = get(guests.webSocket("/leaver"));
      leaver.asyncClose(CloseReason.NORMAL, useBlocking());
      get(guests.end("/leaver"));
      open.left(left);
      assertThat(open.sayGoodbye(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
      assertThat(get(guests.end("/"))).isInstanceOf(WebSocketException.class);
    }
    assertThat(read)
        .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(WebSocketException.class)
        .satisfies(
            e ->
                assertThat(((WebSocketException) e.getCause()).error())
                    .isEqualTo(WebSocketError.CLOSED));
    assertThat(client.closeOutcome().code()).isEqualTo(1001);
    assertThat(leaver.closeOutcome().code()).isEqualTo(1000);
  }
}
