// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.Payloads;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.RawSocket;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A plain socket sends what no WebSocket may send. It is told what was wrong, and then sees the end
 * of the stream: a reset could take away what it was told.
 */
@Timeout(60)
class BadInputTest {
  private static final WebSocketOptions LIMITED =
      WebSocketOptions.defaults().withReadMessageMax(Malformed.LIMIT);

  private final Network network = new Network(Network.Kind.TCP);

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  // ---- requests

  private String answerTo(byte[] request) throws IOException {
    Endpoint endpoint = network.listen(LIMITED, new Echo()).endpoint();
    try (RawSocket raw = RawSocket.connect(endpoint)) {
      raw.send(request);
      String answer = new String(raw.readToEnd(), StandardCharsets.ISO_8859_1);
      return answer.lines().findFirst().orElse("");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "\u0000\u0001\u0002\u0003",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \u0000\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void garbageIsABadRequest(String garbage) throws Exception {
    assertThat(answerTo(garbage.getBytes(StandardCharsets.ISO_8859_1))).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aTlsClientHelloIsABadRequest() throws Exception {
    byte[] hello = new byte[512];
    byte[] head = {0x16, 3, 1, 1, (byte) 0xFB, 1, 0, 1, (byte) 0xF7, 3, 3};
    System.arraycopy(Payloads.bytes(hello.length, 1), 0, hello, 0, hello.length);
    System.arraycopy(head, 0, hello, 0, head.length);
    assertThat(answerTo(hello)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aMebibyteOfFieldsIsTooLarge() throws Exception {
    StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: x\r\n");
    while (request.length() < 1 << 20) {
      request.append("Cookie: ").append("c".repeat(1000)).append("\r\n");
    }
    assertThat(answerTo(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII)))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aMebibyteWithoutLineEndIsTooLarge() throws Exception {
    assertThat(answerTo(("GET /" + "a".repeat(1 << 20)).getBytes(StandardCharsets.US_ASCII)))
        .startsWith("HTTP/1.1 431 ");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, HTTP/1.0, 400",
    "GET, POST, 405",
    "Host: example.com, X: y, 400",
    "Upgrade: websocket, Upgrade: h2c, 400",
    "Connection: Upgrade, Connection: close, 400",
    "dGhlIHNhbXBsZSBub25jZQ==, dG9vIHNob3J0, 400",
    "Version: 13, Version: 12, 426",
    "Host:, Origin: https://evil.example%Host:, 403"
  })
  void aRequestThatIsNoUpgradeGetsTheFittingStatus(String right, String wrong, int status)
      throws Exception {
    String request = Harness.request().replace(right, wrong.replace("%", "\r\n"));
    assertThat(answerTo(request.getBytes(StandardCharsets.US_ASCII)))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50})
  void aClientThatLeavesBeforeItHasAskedSeesTheEnd(int sent) throws Exception {
    Endpoint endpoint = network.listen(LIMITED, new Echo()).endpoint();
    try (RawSocket raw = RawSocket.connect(endpoint)) {
      raw.send(Harness.request().substring(0, sent));
      raw.end();
      assertThat(raw.readToEnd()).isEmpty();
    }
  }

  @Test
  void badClientsDoNotKeepGoodOnesFromConnecting() throws Exception {
    WebSocketServer server = network.listen(LIMITED, new Echo());
    RawSocket silent = RawSocket.connect(server.endpoint());
    for (int i = 0; i < 50; i++) {
      RawSocket raw = RawSocket.connect(server.endpoint());
      raw.send("GET /");
      raw.reset();
    }
    try (WebSocketStream client = network.connect(server)) {
      client.asyncWrite("hello", useBlocking());
      assertThat(client.asyncRead(useBlocking()).text()).isEqualTo("hello");
    }
    silent.close();
  }

  // ---- frames

  static Stream<Arguments> malformed() {
    return Malformed.all().stream()
        .flatMap(bad -> Stream.of(Arguments.of(Role.SERVER, bad), Arguments.of(Role.CLIENT, bad)));
  }

  /** One of our streams in a role, and a plain socket as its peer. */
  private final class Meeting implements AutoCloseable {
    final WebSocketStream stream;
    final RawSocket raw;

    Meeting(Role role) throws Exception {
      if (role == Role.SERVER) {
        CompletableFuture<WebSocketStream> opened = new CompletableFuture<>();
        WebSocketServer server =
            network.listen(LIMITED, (webSocket, request) -> opened.complete(webSocket));
        raw = RawSocket.upgrade(server.endpoint());
        stream = get(opened);
      } else {
        try (ServerSocket acceptor = RawSocket.listen()) {
          CompletableFuture<WebSocketStream> opened =
              network
                  .client(LIMITED)
                  .asyncConnect("ws://127.0.0.1:" + acceptor.getLocalPort(), useFuture());
          raw = RawSocket.acceptUpgrade(acceptor);
          stream = get(opened);
        }
      }
    }

    @Override
    public void close() throws IOException {
      stream.abort();
      raw.close();
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whoeverBreaksTheProtocolIsToldSoAndSeesTheEnd(Role role, Malformed bad) throws Exception {
    Role sender = role == Role.SERVER ? Role.CLIENT : Role.SERVER;
    WebSocketError expected =
        bad.error() != null
            ? bad.error()
            : role == Role.SERVER
                ? WebSocketError.BAD_UNMASKED_FRAME
                : WebSocketError.BAD_MASKED_FRAME;
    try (Meeting meeting = new Meeting(role)) {
      CompletableFuture<Message> read = meeting.stream.asyncRead(useFuture());
      meeting.raw.send(bad.bytes().from(sender));
      meeting.raw.send(new byte[100_000]); // more than we want to hear
      if (role == Role.CLIENT) {
        meeting.raw.end(); // a client awaits the server's end first
      }
      List<Frame> frames = meeting.raw.readFramesToEnd();
      assertThat(frames).extracting(Frame::opcode).containsExactly(8);
      byte[] payload = frames.get(0).payload();
      assertThat((payload[0] & 0xFF) << 8 | payload[1] & 0xFF).isEqualTo(expected.closeCode());
      meeting.raw.close();
      assertThat(failure(read))
          .isInstanceOfSatisfying(
              WebSocketException.class,
              error -> assertThat(error.error()).as("%s", error).isEqualTo(expected));
      CloseOutcome outcome = meeting.stream.closeOutcome();
      assertThat(outcome.sent().code()).isEqualTo(expected.closeCode());
      assertThat(outcome.received()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1014, 3000, 4999})
  void aCloseIsAnsweredWithItsCodeAndTheEnd(int code) throws Exception {
    try (Meeting meeting = new Meeting(Role.SERVER)) {
      CompletableFuture<Message> read = meeting.stream.asyncRead(useFuture());
      meeting.raw.send(Frame.close(code, "why").mask().encode());
      List<Frame> frames = meeting.raw.readFramesToEnd();
      assertThat(frames).hasSize(1);
      assertThat(frames.get(0).payload()).startsWith(code >> 8, code & 0xFF);
      meeting.raw.close();
      assertThat(((WebSocketException) failure(read)).outcome().code()).isEqualTo(code);
    }
  }

  @Test
  void whatFollowsACloseFrameIsNotAnswered() throws Exception {
    try (Meeting meeting = new Meeting(Role.SERVER)) {
      CompletableFuture<Message> read = meeting.stream.asyncRead(useFuture());
      meeting.raw.send(
          Frame.encodeAll(
              Frame.close(1000, "").mask(), Frame.ping("x").mask(), Frame.text("late").mask()));
      assertThat(meeting.raw.readFramesToEnd())
          .extracting(Frame::brief)
          .containsExactly("CLOSE(2)");
      meeting.raw.close();
      assertThat(((WebSocketException) failure(read)).error()).isEqualTo(WebSocketError.CLOSED);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLIENT, true", "CLIENT, false", "SERVER, true", "SERVER, false"})
  void aPeerThatEndsOrBreaksOffWithinAFrameIsLost(Role role, boolean reset) throws Exception {
    try (Meeting meeting = new Meeting(role)) {
      CompletableFuture<Message> read = meeting.stream.asyncRead(useFuture());
      Frame frame = Frame.binary(new byte[900]);
      byte[] bytes = (role == Role.SERVER ? frame.mask() : frame).encode();
      meeting.raw.send(java.util.Arrays.copyOf(bytes, 500));
      if (reset) {
        meeting.raw.reset();
      } else {
        meeting.raw.close();
      }
      assertThat(failure(read))
          .isInstanceOfSatisfying(
              StreamException.class,
              error ->
                  assertThat(error.error()).isEqualTo(reset ? StreamError.RESET : StreamError.EOF));
      assertThat(meeting.stream.closeOutcome().transport())
          .isEqualTo(CloseOutcome.TransportEnd.BROKEN_OFF);
    }
  }

  // ---- responses

  private Throwable refusalOf(String response) throws Exception {
    try (ServerSocket acceptor = RawSocket.listen()) {
      CompletableFuture<WebSocketStream> connect =
          network
              .client(LIMITED)
              .asyncConnect("ws://127.0.0.1:" + acceptor.getLocalPort(), useFuture());
      try (RawSocket raw = RawSocket.accept(acceptor)) {
        String request = raw.readHead();
        try {
          raw.send(response == null ? RawPeer.response(request + "x") : response);
          raw.end();
        } catch (SocketException e) {
          // Our client has heard enough and left.
        }
        return failure(connect);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'SSH-2.0-OpenSSH_9.2\r\n\r\n', BAD_HTTP_MESSAGE",
    "'220 mail.example ESMTP\r\n\r\n', BAD_HTTP_MESSAGE",
    "'HTTP/1.0 101 Switching Protocols\r\n\r\n', BAD_HTTP_VERSION",
    "'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', UPGRADE_DECLINED",
    "'HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n', UPGRADE_DECLINED",
    "'HTTP/1.1 101 Switching Protocols\r\n\r\n', NO_CONNECTION",
  })
  void aStrangeAnswerFailsTheHandshake(String response, WebSocketError error) throws Exception {
    assertThat(refusalOf(response))
        .isInstanceOfSatisfying(
            WebSocketException.class, found -> assertThat(found.error()).isEqualTo(error));
  }

  @Test
  void anAnswerToAnotherKeyFailsTheHandshake() throws Exception {
    String other = RawPeer.response(Harness.request());
    assertThat(refusalOf(other))
        .isInstanceOfSatisfying(
            WebSocketException.class,
            found -> assertThat(found.error()).isEqualTo(WebSocketError.BAD_SEC_ACCEPT));
  }

  @Test
  void anEndlessAnswerFailsTheHandshake() throws Exception {
    assertThat(refusalOf("HTTP/1.1 101 Switching\r\nA: " + "a".repeat(1 << 20)))
        .isInstanceOfSatisfying(
            WebSocketException.class,
            found -> assertThat(found.error()).isEqualTo(WebSocketError.HEAD_TOO_LARGE));
  }

  @Test
  void aServerThatSaysNothingIsLost() throws Exception {
    assertThat(refusalOf(""))
        .isInstanceOfSatisfying(
            StreamException.class, found -> assertThat(found.error()).isEqualTo(StreamError.EOF));
  }

  // ---- no connection at all

  @Test
  void aPortThatNobodyListensOnRefuses() throws Exception {
    try (Socket reserved = new Socket()) { // bound, so that nobody else takes it, and not listening
      reserved.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      CompletableFuture<WebSocketStream> connect =
          network
              .client(LIMITED)
              .asyncConnect("ws://127.0.0.1:" + reserved.getLocalPort(), useFuture());
      assertThat(failure(connect))
          .isInstanceOfSatisfying(
              StreamException.class,
              error -> assertThat(error.error()).isEqualTo(StreamError.REFUSED));
    }
  }

  @Test
  void aNameWithoutAddressIsUnresolved() {
    CompletableFuture<WebSocketStream> connect =
        network.client(LIMITED).asyncConnect("ws://no-such-host.invalid/", useFuture());
    assertThat(failure(connect))
        .isInstanceOfSatisfying(
            StreamException.class,
            error -> {
              assertThat(error.error()).isEqualTo(StreamError.UNRESOLVED);
              assertThat(error).hasMessageContaining("no-such-host.invalid");
            });
  }

  @Test
  void aServerThatAcceptsAndStaysSilentRunsIntoTheHandshakeDeadline() throws Exception {
    WebSocketOptions hasty =
        LIMITED.withTimeouts(
            io.plywire.websocket.Timeouts.none().withHandshake(java.time.Duration.ofMillis(100)));
    try (ServerSocket acceptor = RawSocket.listen()) {
      CompletableFuture<WebSocketStream> connect =
          network
              .client(hasty, TransportOptions.defaults())
              .asyncConnect("ws://127.0.0.1:" + acceptor.getLocalPort(), useFuture());
      try (RawSocket raw = RawSocket.accept(acceptor)) {
        assertThat(failure(connect))
            .isInstanceOfSatisfying(
                StreamException.class,
                error -> assertThat(error.error()).isEqualTo(StreamError.TIMEOUT));
        assertThat(raw.readHead()).startsWith("GET / HTTP/1.1\r\n");
      }
    }
  }
}
