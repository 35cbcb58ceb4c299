// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WaitType;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.RequestHandler;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The application stands between a request and its answer, and decides when it likes. */
class DecisionTest {
  private static final String PAGE = "GET /page HTTP/1.1\r\nHost: example.com\r\n\r\n";

  private static final WebSocketOptions TIMED =
      WebSocketOptions.defaults()
          .withTimeouts(Timeouts.none().withHandshake(Duration.ofSeconds(10)));

  /** A server that asks, and the requests that it was asked about. */
  private static final class Door implements AutoCloseable {
    final Harness h = new Harness();
    final List<Opening> asked = new ArrayList<>();
    final WebSocketStream server;
    final RawPeer peer;
    final Recorded<UpgradeRequest> accept;

    Door() {
      this(Harness.quiet());
    }

    Door(WebSocketOptions options) {
      this(options, null);
    }

    Door(WebSocketOptions options, RequestHandler decider) {
      server = new WebSocketStream(h.serverEnd, options);
      peer = h.raw(Role.CLIENT);
      accept = h.handler("accept");
      server.asyncAccept(
          opening -> {
            asked.add(opening);
            if (decider != null) {
              decider.requested(opening);
            }
          },
          accept);
    }

    Opening ask(String request) {
      int before = asked.size();
      peer.send(request);
      h.run();
      assertThat(asked).hasSize(before + 1);
      return asked.get(before);
    }

    /** Returns what came since the last time. */
    String answer() {
      h.run();
      String answer = peer.receivedText();
      peer.forgetHead();
      return answer;
    }

    /** The client has heard its answer and leaves. */
    Recorded<UpgradeRequest> afterTheEnd() {
      assertThat(peer.end()).as("the server has said goodbye").isNotNull();
      peer.stop();
      h.run();
      return accept;
    }

    void assertOpen() {
      h.run();
      accept.result();
      peer.send(Frame.text("hello").mask());
      Received read = h.read(server);
      h.run();
      assertThat(read.text()).isEqualTo("hello");
    }

    @Override
    public void close() {
      server.abort();
      h.close();
    }
  }

  @Test
  void agreesAtOnce() {
    try (Door door = new Door(Harness.quiet(), Opening::accept)) {
      Opening opening = door.ask(Harness.request());
      assertThat(door.answer()).startsWith("HTTP/1.1 101 ");
      assertThat(opening.isPending()).isFalse();
      door.assertOpen();
    }
  }

  @Test
  void agreesLaterWithAllThatBelongsToIt() {
    try (Door door = new Door()) {
      Opening opening =
          door.ask(
              Harness.request("Sec-WebSocket-Protocol: one, two", "Origin: http://example.com"));
      assertThat(opening.isUpgrade()).isTrue();
      assertThat(opening.isPending()).isTrue();
      assertThat(opening.subprotocols()).containsExactly("one", "two");
      assertThat(opening.layer(InMemoryStream.class)).isSameAs(door.h.serverEnd);
      assertThat(door.answer()).isEmpty();
      door.accept.assertPending();

      Acceptance how =
          Acceptance.plain().withSubprotocol("two").with("Set-Cookie", "a=b").withAttachment(7);
      assertThat(opening.accept(how)).isTrue();

      assertThat(door.answer())
          .startsWith("HTTP/1.1 101 ")
          .contains("Sec-WebSocket-Protocol: two\r\n", "Set-Cookie: a=b\r\n");
      assertThat(door.server.subprotocol()).isEqualTo("two");
      assertThat(door.server.attachment()).isEqualTo(7);
      door.assertOpen();
    }
  }

  @Test
  void subprotocolThatIsNotOfferedIsRefusedInTheCallAndDecidesNothing() {
    try (Door door = new Door()) {
      Opening opening = door.ask(Harness.request("Sec-WebSocket-Protocol: one"));
      assertThatThrownBy(() -> opening.accept(Acceptance.plain().withSubprotocol("two")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("two", "one");
      assertThat(opening.isPending()).isTrue();
      assertThat(opening.accept()).isTrue();
      assertThat(door.answer()).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void refusesWithStatusFieldsAndBody() {
    try (Door door = new Door()) {
      Opening opening = door.ask(Harness.request());
      opening.reply(
          Reply.unauthorized("Bearer realm=\"chat\"")
              .withBody("application/json", "{}".getBytes()));
      assertThat(door.answer())
          .startsWith("HTTP/1.1 401 Unauthorized\r\n")
          .contains(
              "WWW-Authenticate: Bearer realm=\"chat\"\r\n",
              "Content-Type: application/json\r\n",
              "Connection: close\r\n")
          .endsWith("Content-Length: 2\r\n\r\n{}");
      assertThat(door.peer.end()).isNotNull();
      door.afterTheEnd().assertFailed(WebSocketError.REQUEST_REFUSED);
      assertThat(door.server.isOpen()).isFalse();
    }
  }

  @Test
  void onlyTheFirstDecisionCounts() {
    try (Door door = new Door()) {
      Opening opening = door.ask(Harness.request());
      assertThat(opening.accept()).isTrue();
      assertThat(opening.reply(Reply.forbidden())).isFalse();
      assertThat(opening.accept()).isFalse();
      assertThat(door.answer()).startsWith("HTTP/1.1 101 ");
      assertThat(opening.accept()).isFalse();
      door.assertOpen();
    }
  }

  @Test
  void withoutADecisionInTimeTheClientIsTold() {
    try (Door door = new Door(TIMED)) {
      Opening opening = door.ask(Harness.request());
      door.h.executor.advance(Duration.ofSeconds(10));
      assertThat(door.answer())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .contains("Retry-After: 1\r\n", "Connection: close\r\n");
      assertThat(opening.isPending()).isFalse();
      assertThat(opening.accept()).isFalse();
      assertThat(door.afterTheEnd().assertFailed(StreamError.TIMEOUT)).hasMessageContaining("10 s");
    }
  }

  @Test
  void clientThatTakesNoLastWordHasASecondForIt() {
    try (Door door = new Door(TIMED)) {
      door.ask(Harness.request());
      Gate gate = door.h.serverEnd.faults().hold(IoKind.WRITE, 0);
      door.h.executor.advance(Duration.ofSeconds(10));
      door.h.run();
      door.accept.assertPending();
      door.h.executor.advance(Duration.ofSeconds(1));
      door.h.run();
      door.accept.assertFailed(StreamError.TIMEOUT);
      gate.release();
    }
  }

  @Test
  void clientThatLeavesEndsIt() {
    try (Door door = new Door(TIMED)) {
      Opening opening = door.ask(Harness.request());
      door.peer.stop();
      door.h.run();
      door.accept.assertFailed(WebSocketError.CLOSED);
      assertThat(opening.isPending()).isFalse();
      assertThat(opening.accept()).isFalse();
      assertThat(opening.reply(Reply.notFound())).isFalse();
    }
  }

  @Test
  void handlerThatThrowsRefusesWith500() {
    RequestHandler bad =
        opening -> {
          throw new IllegalStateException("bug");
        };
    try (Door door = new Door(Harness.quiet(), bad)) {
      Opening opening = door.ask(Harness.request());
      assertThat(door.answer()).startsWith("HTTP/1.1 500 ");
      assertThat(door.afterTheEnd().assertFailed(WebSocketError.CALLBACK_FAILED))
          .hasMessageContaining("bug");
      assertThat(opening.accept()).isFalse();
    }
  }

  @Test
  void handlerThatThrowsAfterItsDecisionEndsTheConnection() {
    RequestHandler bad =
        opening -> {
          opening.accept();
          throw new IllegalStateException("bug");
        };
    try (Door door = new Door(Harness.quiet(), bad)) {
      door.ask(Harness.request());
      assertThat(door.answer()).isEmpty();
      door.accept.assertFailed(WebSocketError.CALLBACK_FAILED);
    }
  }

  @Test
  void isNeverAskedWithinTheInitiatingCall() {
    try (Harness h = new Harness()) {
      WebSocketStream server = new WebSocketStream(h.serverEnd, Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(Harness.request());
      h.run();
      Recorded<UpgradeRequest> accept = h.handler("accept");
      boolean[] within = {false, false};
      h.executor.execute(
          () -> {
            within[0] = true;
            server.asyncAccept(
                opening -> {
                  within[1] = within[0];
                  opening.accept();
                },
                accept);
            within[0] = false;
          });
      h.run();
      accept.result();
      assertThat(within[1]).isFalse();
      server.abort();
    }
  }

  @Test
  void abortEndsIt() {
    try (Door door = new Door(TIMED)) {
      Opening opening = door.ask(Harness.request());
      door.server.abort();
      door.h.run();
      door.accept.assertFailed(StreamError.ABORTED);
      assertThat(opening.accept()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void cancellationEndsItIfItIsTerminal(CancellationType type) {
    try (Door door = new Door(TIMED)) {
      Opening opening = door.ask(Harness.request());
      door.accept.cancel(type);
      door.h.run();
      if (type == CancellationType.TERMINAL) {
        assertThat(door.accept.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
        assertThat(opening.accept()).isFalse();
      } else {
        assertThat(opening.accept()).isTrue();
        door.assertOpen();
      }
    }
  }

  // ---- requests that ask for no WebSocket

  @Test
  void answersPagesOneAfterTheOtherAndThenOpens() {
    try (Door door = new Door(TIMED)) {
      for (int i = 0; i < 3; i++) {
        Opening page = door.ask(PAGE);
        assertThat(page.isUpgrade()).isFalse();
        assertThat(page.request().path()).isEqualTo("/page");
        door.h.executor.advance(Duration.ofSeconds(9));
        page.reply(Reply.text(200, "page " + i));
        assertThat(door.answer())
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("Connection: keep-alive\r\n", "Content-Length: 6\r\n")
            .endsWith("\r\n\r\npage " + i);
        door.h.executor.advance(Duration.ofSeconds(9));
      }
      door.ask(Harness.request()).accept();
      assertThat(door.answer()).startsWith("HTTP/1.1 101 ");
      door.assertOpen();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    try (Door door = new Door(Harness.quiet(), o -> o.reply(Reply.text(200, o.request().path())))) {
      door.peer.send(PAGE.replace("/page", "/1") + PAGE.replace("/page", "/2") + PAGE);
      assertThat(door.answer()).containsSubsequence("\r\n\r\n/1HTTP", "\r\n\r\n/2HTTP", "/page");
    }
  }

  @Test
  void connectionIsKeptAsTheClientWishes() {
    try (Door door = new Door()) {
      door.ask(PAGE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
          .reply(Reply.text(200, "ok"));
      assertThat(door.answer()).contains("Connection: close\r\n").endsWith("ok");
      door.afterTheEnd().assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void oldVersionIsAnsweredAndEnds() {
    try (Door door = new Door()) {
      door.ask("GET /health HTTP/1.0\r\n\r\n").reply(Reply.text(200, "ok"));
      assertThat(door.answer()).contains("Connection: close\r\n").endsWith("ok");
      assertThat(door.peer.end()).isNotNull();
    }
  }

  @Test
  void headHasTheLengthAndNoBody() {
    try (Door door = new Door()) {
      door.ask(PAGE.replace("GET", "HEAD")).reply(Reply.text(200, "four"));
      assertThat(door.answer()).contains("Content-Length: 4\r\n").endsWith("\r\n\r\n");
      assertThat(door.ask(PAGE).reply(Reply.of(204))).isTrue();
      assertThat(door.answer()).startsWith("HTTP/1.1 204 ").doesNotContain("Content-Length");
    }
  }

  @Test
  void decoratorAddsToEveryAnswerAndCannotBreakIt() {
    for (boolean breaks : new boolean[] {false, true}) {
      WebSocketOptions decorating =
          Harness.quiet()
              .withResponseDecorator(
                  response -> {
                    response.fields().add("Server", "mine");
                    if (breaks) {
                      response.fields().set("Content-Length", "1");
                    }
                  });
      try (Door door = new Door(decorating)) {
        door.ask(PAGE).reply(Reply.text(200, "ok"));
        String answer = door.answer();
        assertThat(answer).contains("Content-Length: 2\r\n").endsWith("\r\n\r\nok");
        assertThat(answer.contains("Server: mine\r\n")).isEqualTo(!breaks);
      }
    }
  }

  @Test
  void replyHasOneContentType() {
    try (Door door = new Door()) {
      door.ask(PAGE).reply(Reply.text(200, "{}").with("content-type", "application/json"));
      assertThat(door.answer())
          .contains("content-type: application/json\r\n")
          .doesNotContain("text/plain");
    }
  }

  @Test
  void otherMethodsAreRefused() {
    try (Door door = new Door()) {
      door.peer.send(PAGE.replace("GET", "POST"));
      assertThat(door.answer()).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD\r\n");
      door.afterTheEnd().assertFailed(WebSocketError.BAD_METHOD);
      assertThat(door.asked).isEmpty();
    }
  }

  @Test
  void agreementToAPageIsARefusal() {
    try (Door door = new Door()) {
      door.ask(PAGE).accept();
      assertThat(door.answer()).startsWith("HTTP/1.1 400 ");
      door.afterTheEnd().assertFailed(WebSocketError.NO_CONNECTION);
    }
  }

  @Test
  void clientThatGoesAfterAPageIsNoFailure() {
    try (Door door = new Door(TIMED)) {
      door.ask(PAGE).reply(Reply.text(200, "ok"));
      door.answer();
      door.peer.stop();
      door.h.run();
      door.accept.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void keptConnectionWithoutARequestEndsInTime() {
    try (Door door = new Door(TIMED)) {
      door.ask(PAGE).reply(Reply.text(200, "ok"));
      door.answer();
      door.h.executor.advance(Duration.ofSeconds(10));
      door.h.run();
      door.accept.assertFailed(WebSocketError.CLOSED);
      assertThat(door.peer.end()).isNotNull();
    }
  }

  @Test
  void notMoreThanAHundredPages() {
    try (Door door = new Door(Harness.quiet(), o -> o.reply(Reply.of(204)))) {
      for (int i = 1; i < 100; i++) {
        door.peer.send(PAGE);
        assertThat(door.answer()).contains("keep-alive");
      }
      door.peer.send(PAGE);
      assertThat(door.answer()).contains("Connection: close");
      door.afterTheEnd().assertFailed(WebSocketError.CLOSED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64 << 10, (64 << 10) + 1, 1_000_000})
  void filesAreSentWhole(int bytes, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("page.html"), "x".repeat(bytes));
    try (Door door = new Door(TIMED)) {
      door.ask(PAGE).reply(Reply.file("text/html; charset=utf-8", file).with("ETag", "\"1\""));
      String answer = door.answer();
      assertThat(answer)
          .contains("Content-Type: text/html; charset=utf-8\r\n", "ETag: \"1\"\r\n")
          .contains("Content-Length: " + bytes + "\r\n");
      assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(bytes);
      door.ask(PAGE.replace("GET", "HEAD")).reply(Reply.file("text/html", file));
      assertThat(door.answer()).contains("Content-Length: " + bytes).endsWith("\r\n\r\n");
      door.ask(PAGE).reply(Reply.file("text/html", folder.resolve("missing")));
      assertThat(door.answer()).startsWith("HTTP/1.1 404 ");
      door.ask(PAGE).reply(Reply.file("text/html", folder));
      assertThat(door.answer()).startsWith("HTTP/1.1 404 ");
    }
  }

  // ---- whatever the client does meanwhile

  @Test
  void clientThatSpeaksTooEarlyIsHeardLater() {
    for (int cut = 0; cut <= 11; cut++) {
      try (Door door = new Door()) {
        byte[] frame = Frame.encodeAll(Frame.text("early").mask());
        assertThat(frame).hasSize(11);
        Opening opening = door.ask(Harness.request());
        door.peer.send(Arrays.copyOf(frame, cut));
        door.h.run();
        opening.accept();
        door.h.run();
        Received read = door.h.read(door.server);
        door.h.run();
        door.peer.send(Arrays.copyOfRange(frame, cut, 11));
        door.h.run();
        assertThat(read.text()).isEqualTo("early");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void readAfterADecisionCanBeCancelled(CancellationType type) {
    try (Door door = new Door()) {
      door.ask(Harness.request()).accept();
      door.h.run();
      Recorded<Long> read = door.h.handler("read");
      door.server.asyncReadSome(ByteBuffer.allocate(10), Recorded.io(read));
      door.h.run();
      read.cancel(type);
      door.h.run();
      assertThat(read.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      if (type != CancellationType.TERMINAL) {
        door.assertOpen();
      }
    }
  }

  /** A layer that cannot tell whether there is something to read. */
  private static final class Blind extends ForwardingStream {
    Blind(InMemoryStream next) {
      super(next);
    }

    @Override
    public void asyncWait(WaitType type, IoHandler handler) {
      next().executor().execute(() -> handler.completed(null, 0));
    }
  }

  @Test
  void layerThatCannotWaitIsReadInstead() {
    for (boolean leaves : new boolean[] {false, true}) {
      try (Harness h = new Harness()) {
        List<Opening> asked = new ArrayList<>();
        WebSocketStream server = new WebSocketStream(new Blind(h.serverEnd), Harness.quiet());
        RawPeer peer = h.raw(Role.CLIENT);
        Recorded<UpgradeRequest> accept = h.handler("accept");
        server.asyncAccept(asked::add, accept);
        peer.send(Harness.request());
        h.run();
        if (leaves) {
          peer.stop();
          h.run();
          accept.assertFailed(WebSocketError.CLOSED);
        } else {
          asked.get(0).accept();
          h.run();
          accept.result();
          Received read = h.read(server);
          h.run();
          peer.send(Frame.text("hello").mask());
          h.run();
          assertThat(read.text()).isEqualTo("hello");
        }
        server.abort();
      }
    }
  }

  /** What happens to an opening, in every order with the decision. */
  private enum Event {
    CLIENT_LEAVES,
    CLIENT_RESETS,
    ABORT,
    CANCEL,
    DEADLINE,
    EARLY_BYTES
  }

  private static boolean step(Door door, int steps) {
    for (int i = 0; i < steps; i++) {
      if (!door.h.executor.runOne()) {
        return false;
      }
    }
    return true;
  }

  private static void happens(Door door, Event event) {
    switch (event) {
      case CLIENT_LEAVES -> door.peer.stop();
      case CLIENT_RESETS -> door.h.clientEnd.reset();
      case ABORT -> door.server.abort();
      case CANCEL -> door.accept.cancel(CancellationType.TERMINAL);
      case DEADLINE -> door.h.executor.advance(Duration.ofSeconds(10));
      default -> door.peer.send(Frame.text("x").mask());
    }
  }

  /** One decision or none, an event at each step before it and one at each step after. */
  @ParameterizedTest
  @EnumSource
  void oneEndWhateverHappensWhen(Event event) {
    for (int kind = 0; kind < 4; kind++) {
      boolean more = true;
      for (int before = 0; more; before++) {
        more = false;
        for (int between = 0; between < 12; between++) {
          try (Door door = new Door(TIMED)) {
            door.peer.send(kind == 3 ? PAGE : Harness.request());
            more |= step(door, before);
            happens(door, event);
            step(door, between);
            int decided = 0;
            for (Opening opening : door.asked) {
              decided += decide(kind, opening) ? 1 : 0;
              decided += decide(kind, opening) ? 1 : 0;
            }
            assertThat(decided).isLessThanOrEqualTo(door.asked.size());
            door.h.run();
            if (event == Event.ABORT || event == Event.CANCEL || event == Event.DEADLINE) {
              continue; // it has ended, or was decided before: the end of the test looks
            }
            door.peer.stop();
            door.h.run();
            door.h.executor.advance(Duration.ofSeconds(10)); // who spoke early is not watched
            door.h.run();
            assertThat(door.accept.isDone()).isTrue();
          }
        }
      }
    }
  }

  private static boolean decide(int kind, Opening opening) {
    return switch (kind) {
      case 0 -> opening.accept();
      case 1 -> opening.reply(Reply.forbidden());
      case 2 -> false;
      default -> opening.reply(Reply.text(200, "ok"));
    };
  }

  @Test
  void requestMayBeCutAnywhere() {
    byte[] request = Harness.request().getBytes(StandardCharsets.ISO_8859_1);
    for (int cut = 0; cut < request.length; cut++) {
      try (Door door = new Door()) {
        door.peer.send(Arrays.copyOf(request, cut));
        door.h.run();
        assertThat(door.asked).isEmpty();
        door.peer.send(Arrays.copyOfRange(request, cut, request.length));
        door.h.run();
        door.asked.get(0).accept();
        door.assertOpen();
      }
      try (Door door = new Door()) {
        door.peer.send(Arrays.copyOf(request, cut));
        door.h.run();
        door.peer.stop();
        door.h.run();
        assertThat(door.asked).isEmpty();
        assertThat(door.accept.isDone()).isTrue();
      }
    }
  }
}
