// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.tests.support.Harness;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.Opening;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.Reply;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A server that shuts down says goodbye, lets go out what waits, and tells how it went. */
class ShutdownTest {
  private static final CloseReason RESTART = CloseReason.of(CloseCode.SERVICE_RESTART);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What a client read until its end. */
  private static final class Reader {
    final List<String> messages = new ArrayList<>();
    IOException end;
    private final WebSocketStream stream;

    Reader(WebSocketStream stream) {
      this.stream = stream;
      next();
    }

    private void next() {
      stream.asyncRead(
          (IOException error, Message message) -> {
            if (error != null) {
              end = error;
            } else {
              messages.add(StandardCharsets.UTF_8.decode(message.payload()).toString());
              next();
            }
          });
    }

    int code() {
      assertThat(end).isInstanceOf(WebSocketException.class);
      return ((WebSocketException) end).outcome().code();
    }
  }

  private static CompletableFuture<ShutdownReport> shutDown(
      ServerHarness h, Duration spread, Duration deadline) {
    return h.server.asyncShutdown(RESTART, spread, deadline, useFuture());
  }

  private static Reader reader(ServerHarness h) {
    Reader reader = new Reader(h.open());
    new Reader(h.opened.get(h.opened.size() - 1)); // who reads hears of the close
    h.run();
    return reader;
  }

  @Test
  void everyoneIsToldWithinTheSpread() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      List<Reader> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        readers.add(reader(h));
      }
      assertThat(h.server.connections()).hasSize(10);
      CompletableFuture<ShutdownReport> report =
          shutDown(h, Duration.ofSeconds(10), Duration.ofSeconds(20));
      h.run();
      assertThat(h.server.isOpen()).isFalse();
      for (int told = 1; told <= 10; told++) {
        assertThat(readers.stream().filter(r -> r.end != null)).hasSize(told);
        assertThat(report.isDone()).isEqualTo(told == 10);
        if (told < 10) {
          h.executor.advance(SECOND);
          h.run();
        }
      }
      h.run();
      readers.forEach(r -> r.stream.abort());
      h.run();
      assertThat(readers).allMatch(r -> r.code() == CloseCode.SERVICE_RESTART);
      assertThat(report.join()).isEqualTo(new ShutdownReport(10, 0, 0));
      assertThat(report.join()).hasToString("10 connections: 10 closed, 0 broken off, 0 aborted");
    }
  }

  /** The clock of a loop stands still while it serves sockets. */
  @Test
  void goodbyesDoNotComeEarlierBecauseTheLoopWasBusy() throws Exception {
    Duration spread = Duration.ofMillis(200);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    try (NioEventLoopGroup loop = new NioEventLoopGroup(1);
        NioEventLoopGroup other = new NioEventLoopGroup(1);
        WebSocketServer server =
            WebSocketServer.builder()
                .transport(new NioTransport(loop))
                .listen(
                    "ws://127.0.0.1:0/",
                    (stream, request) ->
                        stream.asyncRead(
                            (IOException error, Message message) -> {
                              if (message != null) {
                                beBusy(spread, busy, asked);
                                new Reader(stream);
                              }
                            }))) {
      WebSocketClient client = WebSocketClient.builder().transport(new NioTransport(other)).build();
      List<CompletableFuture<Long>> ends = new ArrayList<>();
      WebSocketStream stream = null;
      for (int i = 0; i < 4; i++) {
        stream = client.asyncConnect(server.endpoint(), useFuture()).get();
        CompletableFuture<Long> end = new CompletableFuture<>();
        stream.asyncRead((IOException error, Message message) -> end.complete(System.nanoTime()));
        ends.add(end);
      }
      stream.asyncWrite("hello", useFuture());
      busy.await();
      long called = System.nanoTime();
      CompletableFuture<ShutdownReport> report =
          server.asyncShutdown(RESTART, spread, SECOND.multipliedBy(600), useFuture());
      asked.countDown();
      assertThat(report.get().closed()).isEqualTo(4);
      long last = called;
      for (CompletableFuture<Long> end : ends) {
        last = Math.max(last, end.get());
      }
      assertThat(Duration.ofNanos(last - called))
          .isGreaterThanOrEqualTo(spread.multipliedBy(3).dividedBy(4));
    }
  }

  private static void beBusy(Duration time, CountDownLatch busy, CountDownLatch asked) {
    long since = System.nanoTime();
    while (System.nanoTime() - since < time.toNanos()) {
      Thread.onSpinWait();
    }
    busy.countDown();
    while (asked.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void nobodyThereIsReportedAtOnce() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(0, 0, 0));
      assertThatThrownBy(() -> shutDown(h, Duration.ZERO, SECOND))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatWaitsInAQueueGoesOutFirst() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      Reader reader = reader(h);
      SendQueue queue = new SendQueue(h.opened.get(0), 100, 1 << 20, OverflowPolicy.fail());
      for (int i = 0; i < 50; i++) {
        queue.send("message " + i, (error, bytes) -> assertThat(error).isNull());
      }
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(reader.messages).hasSize(50);
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(report.join().closed()).isEqualTo(1);
    }
  }

  @Test
  void messageInFlightGoesOutFirst() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      Reader reader = reader(h);
      WebSocketStream stream = h.opened.get(0);
      List<IOException> ends = new ArrayList<>();
      stream.asyncWriteSome(false, ByteBuffer.allocate(1_000_000), (e, n) -> ends.add(e));
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(ends).containsExactly((IOException) null);
      assertThat(reader.end).as("the message has not ended").isNull();
      stream.asyncWriteSome(true, ByteBuffer.allocate(10), (e, n) -> ends.add(e));
      h.run();
      assertThat(reader.messages).hasSize(1);
      assertThat(reader.messages.get(0)).hasSize(1_000_010);
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(report.join().closed()).isEqualTo(1);
    }
  }

  @Test
  void whoDoesNotAnswerIsCutOffAtTheDeadline() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      reader(h);
      h.open(); // and reads nothing
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(report).isNotDone();
      h.executor.advance(SECOND);
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 0, 1));
    }
  }

  @Test
  void whoLeavesMeanwhileIsBrokenOff() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      reader(h);
      reader(h);
      CompletableFuture<ShutdownReport> report = shutDown(h, SECOND, SECOND.multipliedBy(2));
      h.run();
      h.clients.forEach(WebSocketStream::abort);
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 1, 0));
      h.executor.advance(SECOND.multipliedBy(2));
    }
  }

  @Test
  void whoIsStillOpeningIsToldOnceOpenOrCutOff() throws Exception {
    List<Opening> asked = new ArrayList<>();
    try (ServerHarness h = new ServerHarness(b -> b.onRequest(asked::add))) {
      CompletableFuture<WebSocketStream> slow = h.connect(ServerHarness.URI);
      CompletableFuture<AsyncStream> silent =
          h.transport.asyncConnect(
              Endpoint.parse(ServerHarness.URI), TransportOptions.defaults(), useFuture());
      h.run();
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      asked.get(0).accept();
      h.run();
      Reader reader = new Reader(slow.join());
      h.run();
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(h.opened).isEmpty();
      h.executor.advance(SECOND);
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 0, 1));
      silent.join().close();
    }
  }

  /** However far a client has come: one report, and nothing is left behind. */
  @Test
  void clientThatComesMeanwhileIsCountedOnceOrNotAtAll() throws Exception {
    for (boolean cut : new boolean[] {false, true}) {
      boolean more = true;
      for (int steps = 0; more; steps++) {
        try (ServerHarness h = new ServerHarness(b -> b)) {
          h.start(ServerHarness.URI);
          more = true;
          for (int i = 0; i < steps && more; i++) {
            more = h.executor.runOne();
          }
          CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
          if (cut) {
            h.executor.advance(SECOND);
          }
          h.run();
          h.clients.forEach(WebSocketStream::abort);
          h.executor.advance(SECOND);
          h.run();
          assertThat(report.join().connections()).isLessThanOrEqualTo(1);
          assertThat(h.server.connectionCount()).isZero();
        }
      }
    }
  }

  /** Begins to ask for a page. */
  private static AsyncStream beginToAskForAPage(ServerHarness h) {
    CompletableFuture<AsyncStream> client =
        h.transport.asyncConnect(
            Endpoint.parse(ServerHarness.URI), TransportOptions.defaults(), useFuture());
    h.run();
    byte[] request = "GET / HTTP/1.1\r\nHost: server\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    client.join().asyncWriteSome(new ByteBuffer[] {ByteBuffer.wrap(request)}, useFuture());
    return client.join();
  }

  private static AsyncStream askForAPage(ServerHarness h) {
    AsyncStream client = beginToAskForAPage(h);
    h.run();
    return client;
  }

  private static String answer(ServerHarness h, AsyncStream client) {
    ByteBuffer bytes = ByteBuffer.allocate(1000);
    CompletableFuture<Long> read = client.asyncReadSome(bytes, useFuture());
    h.run();
    assertThat(read).isCompleted();
    return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
  }

  @Test
  void connectionThatWasAnsweredAPageIsNotWaitedFor() throws Exception {
    try (ServerHarness h =
        new ServerHarness(b -> b.onRequest(o -> o.reply(Reply.text(200, "page"))))) {
      AsyncStream client = askForAPage(h);
      assertThat(answer(h, client)).contains("Connection: keep-alive\r\n").endsWith("page");
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(report).isCompletedWithValue(new ShutdownReport(0, 1, 0));
      client.close();
    }
  }

  @Test
  void pageThatIsBeingDecidedIsTheLast() throws Exception {
    List<Opening> asked = new ArrayList<>();
    try (ServerHarness h = new ServerHarness(b -> b.onRequest(asked::add))) {
      AsyncStream client = askForAPage(h);
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(report).isNotDone();
      asked.get(0).reply(Reply.text(200, "page"));
      h.run();
      assertThat(answer(h, client)).contains("Connection: close\r\n").endsWith("page");
      client.close();
      h.run();
      assertThat(report).isCompletedWithValue(new ShutdownReport(0, 1, 0));
    }
  }

  /**
   * Wherever the server is with a page, it is answered or not, and nobody waits for a second one.
   */
  @Test
  void pageEndsWhereverItIs() throws Exception {
    boolean more = true;
    for (int steps = 0; more; steps++) {
      try (ServerHarness h =
          new ServerHarness(b -> b.onRequest(o -> o.reply(Reply.text(200, "page"))))) {
        AsyncStream client = beginToAskForAPage(h);
        more = true;
        for (int i = 0; i < steps && more; i++) {
          more = h.executor.runOne();
        }
        CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
        h.run();
        assertThat(answer(h, client)).endsWith("page");
        client.close();
        h.run();
        assertThat(report).isCompletedWithValue(new ShutdownReport(0, 1, 0));
      }
    }
  }

  /** One ends between the count and the beginning, which are on different threads. */
  @Test
  void connectionThatEndsAtTheVeryBeginningIsWaitedFor() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      reader(h);
      reader(h);
      h.opened.get(0).abort(); // which is done before what is posted by the shutdown
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.executor.runOne();
      assertThat(report).isNotDone();
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 1, 0));
    }
  }

  @Test
  void refusedArguments() throws Exception {
    try (ServerHarness h = new ServerHarness(b -> b)) {
      assertThatThrownBy(() -> shutDown(h, SECOND, SECOND))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 s");
      assertThat(h.server.isOpen()).isTrue();
    }
  }

  @Test
  void serverWithoutAListOnlyStopsListening() throws Exception {
    try (ServerHarness h = new ServerHarness(WebSocketServer.Builder::withoutList)) {
      WebSocketStream client = h.open();
      assertThat(h.server.connections()).isEmpty();
      CompletableFuture<ShutdownReport> report = shutDown(h, Duration.ZERO, SECOND);
      h.run();
      assertThat(report.join().connections()).isZero();
      assertThat(client.isOpen()).isTrue();
    }
  }

  @Test
  void connectionsThatEndLeaveTheList() throws Exception {
    try (ServerHarness h =
        new ServerHarness(
            Harness.quiet().withTimeouts(Timeouts.none().withHandshake(SECOND)), b -> b)) {
      List<WebSocketStream> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        clients.add(h.open());
      }
      for (int i : new int[] {2, 0, 4, 1, 3}) {
        int before = h.server.connectionCount();
        h.opened.get(i).abort();
        h.run();
        assertThat(h.server.connectionCount()).isEqualTo(before - 1);
        assertThat(h.server.connections()).doesNotContain(h.opened.get(i));
      }
    }
  }
}
