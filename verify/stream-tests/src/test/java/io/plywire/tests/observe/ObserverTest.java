// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Heard;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.Reply;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WebSocketObserver;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the observer of one WebSocket hears. */
class ObserverTest {
  private static final String REPEATED = "again and again and ".repeat(50);

  private static final IoHandler NOBODY = (error, bytes) -> {};

  private final Heard heard = new Heard();

  private WebSocketOptions observed() {
    return Harness.quiet().withObserver(heard);
  }

  private Opened opened(Role role) {
    Opened o = new Opened(role, observed());
    heard.news();
    return o;
  }

  private Opened deflating(Role role) {
    Opened o =
        new Opened(
            role,
            h -> h.deflating().withObserver(heard),
            InMemoryPipe.DEFAULT_WINDOW_BYTES,
            "Sec-WebSocket-Extensions: permessage-deflate");
    heard.news();
    return o;
  }

  private static Received read(Opened o) {
    Received read = o.h.read(o.stream);
    o.h.run();
    return read;
  }

  // ---- the opening

  @ParameterizedTest
  @EnumSource(Role.class)
  void openingIsTold(Role role) {
    try (Opened o = new Opened(role, observed())) {
      assertThat(o.stream.isOpen()).isTrue();
      assertThat(heard.news()).containsExactly("opened " + role + " '/' 101 in 0");
    }
  }

  @Test
  void queryIsNotTold() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(observed());
      client.asyncHandshake("example.com", "/path?token=secret", h.handler("handshake"));
      h.raw(Role.SERVER).send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
      h.run();
      assertThat(heard.news())
          .containsExactly("not opened CLIENT '/path' 401 in 0: UPGRADE_DECLINED");
    }
  }

  @Test
  void refusalByServerIsToldWithItsStatus() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(observed());
      server.asyncAccept(opening -> opening.reply(Reply.forbidden()), h.handler("accept"));
      h.raw(Role.CLIENT).send(Harness.request());
      h.run();
      h.clientEnd.close();
      h.run();
      assertThat(heard.news()).containsExactly("not opened SERVER '/' 403 in 0: REQUEST_REFUSED");
    }
  }

  @Test
  void timeOfAnOpeningIsTold() {
    try (Harness h = new Harness()) {
      WebSocketStream server =
          h.server(observed().withTimeouts(Timeouts.none().withHandshake(Duration.ofSeconds(3))));
      server.asyncAccept(h.handler("accept"));
      h.run();
      h.executor.advance(Duration.ofSeconds(3));
      h.run();
      assertThat(heard.news()).containsExactly("not opened SERVER '' 0 in 3000: TIMEOUT");
    }
  }

  @Test
  void nothingIsToldOfWhatNobodyHasOpened() {
    try (Harness h = new Harness()) {
      h.client(observed()).abort();
      h.server(observed()).close();
      h.run();
      assertThat(heard.news()).isEmpty();
    }
  }

  @Test
  void openingBySomebodyElseIsTold() {
    try (Harness h = new Harness()) {
      h.upgraded(observed(), Upgraded.as(Role.SERVER));
      assertThat(heard.news()).containsExactly("opened SERVER '' 0 in 0");
    }
  }

  // ---- messages

  @ParameterizedTest
  @EnumSource(Role.class)
  void messagesAreTold(Role role) {
    try (Opened o = opened(role)) {
      o.h.write(o.stream, "hello");
      o.h.run();
      o.stream.asyncWrite(MessageKind.BINARY, ByteBuffer.allocate(100_000), NOBODY);
      o.h.run();
      int frames = role == Role.CLIENT ? 4 : 2;
      assertThat(heard.news())
          .containsExactly("sent TEXT 5/5 in 1", "sent BINARY 100000/100000 in " + frames);
      o.receive(Frame.text("grüß"), Frame.binary(new byte[70_000]));
      read(o);
      read(o);
      assertThat(heard.news())
          .containsExactly("received TEXT 6/6 in 1", "received BINARY 70000/70000 in 1");
    }
  }

  @Test
  void messageInPartsIsToldWhenItEnds() {
    try (Opened o = opened(Role.SERVER)) {
      o.h.writeSome(o.stream, false, "one");
      o.h.run();
      o.h.writeSome(o.stream, false, "and two");
      o.h.run();
      assertThat(heard.news()).isEmpty();
      o.h.writeSome(o.stream, true, "");
      o.h.run();
      o.h.write(o.stream, "next");
      o.h.run();
      assertThat(heard.news()).containsExactly("sent TEXT 10/10 in 3", "sent TEXT 4/4 in 1");
    }
  }

  @Test
  void messageInFramesIsToldOnceWhateverReadsIt() {
    try (Opened o = opened(Role.CLIENT)) {
      ByteBuffer part = ByteBuffer.allocate(4);
      o.receive(Frame.text("abcde").notFinal(), Frame.continuation("fgh"));
      for (int i = 0; i < 3; i++) {
        o.stream.asyncReadSome(part.clear(), Recorded.io(o.h.handler("part " + i)));
        o.h.run();
      }
      assertThat(heard.news()).containsExactly("received TEXT 8/8 in 2");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void compressedMessageIsToldWithBothLengths(Role role) {
    try (Opened o = deflating(role)) {
      o.h.write(o.stream, REPEATED);
      o.h.run();
      int sent = o.sent().get(0).payload().length;
      assertThat(sent).isLessThan(100);
      o.stream.asyncWrite(PreparedMessage.text(REPEATED), NOBODY);
      o.h.run();
      int prepared = o.sent().get(1).payload().length;
      assertThat(heard.news())
          .containsExactly(
              "sent TEXT 1000/" + sent + " in 1", "sent TEXT 1000/" + prepared + " in 1");
      Frame first = o.sent().get(0);
      o.receive(new Frame(true, first.rsv(), first.opcode(), false, first.payload()));
      read(o);
      assertThat(heard.news()).containsExactly("received TEXT 1000/" + sent + " in 1");
    }
  }

  @Test
  void cancelledWriteIsToldWithItsMessage() {
    try (Opened o = new Opened(Role.SERVER, observed().withWriteBufferBytes(8), 16)) {
      heard.news();
      o.peer.pause();
      Recorded<Long> write = o.h.writeSome(o.stream, true, "0123456789".repeat(3));
      o.h.run();
      write.cancel(CancellationType.PARTIAL);
      o.peer.resume();
      o.h.run();
      write.assertFailed(StreamError.ABORTED);
      assertThat(heard.news()).isEmpty();
      o.h.writeSome(o.stream, true, "rest");
      o.h.run();
      assertThat(heard.news()).containsExactly("sent TEXT 20/20 in 3");
    }
  }

  @Test
  void whatNobodyReadsIsNotTold() {
    try (Opened o = opened(Role.SERVER)) {
      o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      heard.news();
      o.receive(Frame.text("too late"));
      assertThat(heard.news()).isEmpty();
    }
  }

  // ---- control frames

  @ParameterizedTest
  @EnumSource(Role.class)
  void controlFramesAndRoundTripsAreTold(Role role) {
    try (Opened o = opened(role)) {
      o.h.read(o.stream);
      o.h.ping(o.stream, "1st");
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(5));
      o.h.ping(o.stream, "2nd");
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(7));
      o.receive(Frame.pong("unasked"), Frame.pong("1st"), Frame.pong("2nd"), Frame.pong("2nd"));
      o.receive(Frame.ping("theirs"), Frame.ping(""));
      o.h.pong(o.stream, "ours");
      o.h.run();
      assertThat(heard.news())
          .containsExactly(
              "sent PING",
              "sent PING",
              "received PONG",
              "received PONG",
              "received PONG",
              "round trip 7",
              "received PONG",
              "received PING",
              "received PING",
              "sent PONG",
              "sent PONG",
              "sent PONG");
    }
  }

  @Test
  void pingsOfLivenessAreToldToo() {
    try (Opened o =
        new Opened(
            Role.CLIENT,
            observed()
                .withTimeouts(
                    Timeouts.none().withPing(Duration.ofSeconds(1), Duration.ofSeconds(1))))) {
      heard.news();
      o.h.read(o.stream);
      o.h.run();
      o.h.executor.advance(Duration.ofSeconds(1));
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(3));
      o.receive(Frame.pong(""));
      assertThat(heard.news()).containsExactly("sent PING", "received PONG", "round trip 3");
    }
  }

  // ---- pressure

  @Test
  void stallIsToldWhenItEnds() {
    try (Opened o = new Opened(Role.SERVER, observed(), 16)) {
      heard.news();
      o.peer.pause();
      o.h.write(o.stream, "0123456789".repeat(2));
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(99));
      o.h.run();
      o.peer.resume();
      o.h.run();
      assertThat(heard.news()).containsExactly("sent TEXT 20/20 in 1");
      o.peer.pause();
      o.h.write(o.stream, "0123456789".repeat(4));
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(120));
      o.peer.resume();
      o.h.run();
      assertThat(heard.news()).containsExactly("stalled 120", "sent TEXT 40/40 in 1");
    }
  }

  @Test
  void stallThatEndsTheConnectionIsToldBefore() {
    try (Opened o =
        new Opened(
            Role.SERVER,
            observed().withTimeouts(Timeouts.none().withWriteStall(Duration.ofSeconds(2))),
            16)) {
      heard.news();
      o.peer.pause();
      o.h.write(o.stream, "0123456789".repeat(4));
      o.h.run();
      o.h.executor.advance(Duration.ofSeconds(2));
      o.h.run();
      assertThat(heard.news()).containsExactly("stalled 2000", "closed 1006 TIMEOUT after 2000");
    }
  }

  @Test
  void queueIsTold() {
    try (Opened o = new Opened(Role.SERVER, observed(), 16)) {
      heard.news();
      o.peer.pause();
      SendQueue queue = new SendQueue(o.stream, 2, 1000, OverflowPolicy.dropOldest());
      queue.send("0123456789".repeat(3), NOBODY);
      queue.send("old", NOBODY);
      queue.send("new", NOBODY);
      o.h.run();
      assertThat(heard.news())
          .containsExactly(
              "queued 30, depth 1",
              "queued 3, depth 2",
              "dequeued 3, depth 2",
              "dropped 3",
              "queued 3, depth 2");
      o.peer.resume();
      o.h.run();
      assertThat(heard.news())
          .containsExactly(
              "sent TEXT 30/30 in 1",
              "dequeued 30, depth 1",
              "sent TEXT 3/3 in 1",
              "dequeued 3, depth 0");
    }
  }

  @Test
  void refusedAndCancelledMessagesOfQueueAreTold() {
    try (Opened o = new Opened(Role.SERVER, observed(), 16)) {
      heard.news();
      o.peer.pause();
      SendQueue queue = new SendQueue(o.stream, 2, 1000, OverflowPolicy.dropNewest());
      queue.send("0123456789".repeat(3), NOBODY);
      CancellationSignal signal = new CancellationSignal();
      queue.send("four", IoHandler.bindCancellationSlot(signal.slot(), (error, n) -> {}));
      queue.send("too much", NOBODY);
      signal.emit(CancellationType.TOTAL);
      queue.flush((error, nothing) -> {});
      o.h.run();
      assertThat(heard.news())
          .containsExactly(
              "queued 30, depth 1", "queued 4, depth 2", "dropped 8", "dequeued 4, depth 1");
      o.stream.abort();
      o.h.run();
      assertThat(heard.news())
          .containsExactly("closed 1006 ABORTED after 0", "dequeued 30, depth 0");
    }
  }

  // ---- the end

  @ParameterizedTest
  @EnumSource(Role.class)
  void closingIsToldOnce(Role role) {
    try (Opened o = opened(role)) {
      o.h.executor.advance(Duration.ofSeconds(9));
      o.h.close(o.stream, new CloseReason(4001, "enough"));
      o.receive(Frame.close(4002, "so be it"));
      o.peer.stop();
      o.h.run();
      o.stream.abort();
      o.h.run();
      assertThat(heard.news())
          .containsExactly("sent CLOSE", "received CLOSE", "closed 4002 after 9000");
    }
  }

  @Test
  void violationIsTold() {
    try (Opened o = opened(Role.SERVER)) {
      o.h.read(o.stream);
      o.receive(new byte[] {(byte) 0x83, 0}); // an opcode that nobody has defined, and no mask
      o.peer.stop();
      o.h.run();
      assertThat(heard.news()).hasSize(2).first().isEqualTo("sent CLOSE");
    }
  }

  // ---- who observes

  @Test
  void observerThatThrowsDoesNoHarm() {
    Heard second = new Heard();
    WebSocketOptions options = Harness.quiet().withObserver(throwing().and(second));
    try (Opened o = new Opened(Role.SERVER, options)) {
      o.h.write(o.stream, "hello");
      o.h.run();
      o.receive(Frame.text("you"));
      assertThat(read(o).text()).isEqualTo("you");
      o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
    }
    assertThat(second.news())
        .containsExactly(
            "opened SERVER '/' 101 in 0",
            "sent TEXT 5/5 in 1",
            "received TEXT 3/3 in 1",
            "sent CLOSE",
            "received CLOSE",
            "closed 1000 after 0");
  }

  /** All handlers run all the same, and nothing is left. */
  @ParameterizedTest
  @CsvSource({
    "CLIENT, opened", "CLIENT, messageSent", "CLIENT, messageReceived", "CLIENT, controlSent",
    "CLIENT, controlReceived", "CLIENT, roundTrip", "CLIENT, writeStalled", "CLIENT, closed",
    "SERVER, opened", "SERVER, messageSent", "SERVER, messageReceived", "SERVER, controlSent",
    "SERVER, controlReceived", "SERVER, roundTrip", "SERVER, writeStalled", "SERVER, closed"
  })
  void observerThatAbortsEndsTheConnection(Role role, String when) {
    boolean[] done = new boolean[1];
    WebSocketObserver aborting =
        observer(
            (method, arguments) -> {
              if (method.getName().equals(when)) {
                done[0] = true;
                ((WebSocketStream) arguments[0]).abort();
              }
            });
    try (Harness h = new Harness(16)) {
      WebSocketStream client =
          h.client(Harness.quiet().withObserver(role == Role.CLIENT ? aborting : null));
      WebSocketStream server =
          h.server(Harness.quiet().withObserver(role == Role.SERVER ? aborting : null));
      server.asyncAccept(h.handler("accept"));
      client.asyncHandshake("example.com", "/", h.handler("handshake"));
      h.run();
      if (client.isOpen() && server.isOpen()) {
        converse(h, client, server);
      }
      assertThat(done[0]).isTrue();
      assertThat((role == Role.CLIENT ? client : server).isOpen()).isFalse();
    }
  }

  /** Each side writes more than the window holds, and pings, and one says goodbye. */
  private static void converse(Harness h, WebSocketStream client, WebSocketStream server) {
    h.write(client, "0123456789".repeat(3));
    h.write(server, "0123456789".repeat(3));
    h.run();
    h.executor.advance(Duration.ofMillis(200));
    h.run();
    h.read(client);
    h.read(server);
    h.run();
    h.read(client);
    h.read(server);
    h.ping(client, "c");
    h.ping(server, "s");
    h.run();
    h.close(client, CloseReason.NORMAL);
    h.run();
  }

  /** What is done when something is told. */
  @FunctionalInterface
  private interface Telling {
    void told(Method method, Object[] arguments);
  }

  private static WebSocketObserver throwing() {
    return observer(
        (method, arguments) -> {
          throw new IllegalStateException(method.getName());
        });
  }

  private static WebSocketObserver observer(Telling telling) {
    return (WebSocketObserver)
        Proxy.newProxyInstance(
            ObserverTest.class.getClassLoader(),
            new Class<?>[] {WebSocketObserver.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return "an observer";
              }
              if (method.getName().equals("and")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              telling.told(method, arguments);
              return null;
            });
  }
}
