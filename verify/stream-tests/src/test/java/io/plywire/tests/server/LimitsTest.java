// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.stream.CompletionToken;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.ServerLimits.Overflow;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a server does not take on is told so, or closed, and is counted no more once it has gone.
 */
class LimitsTest {
  private static UpgradeResponse refusal(CompletableFuture<WebSocketStream> connect) {
    try {
      connect.join();
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(WebSocketException.class);
      return ((WebSocketException) e.getCause()).response();
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void connectionsBeyondTheLimitAreToldUntilOneHasLeft() throws Exception {
    ServerLimits two =
        ServerLimits.none().withConnections(2).withRetryAfter(Duration.ofMillis(1500));
    try (ServerHarness h = new ServerHarness(b -> b.limits(two))) {
      h.open();
      h.open();
      for (int i = 0; i < 5; i++) {
        UpgradeResponse response = refusal(h.connect(ServerHarness.URI));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.fields().first("Retry-After")).isEqualTo("2");
      }
      assertThat(h.opened).hasSize(2);
      h.opened.get(1).abort();
      h.run();
      h.open();
      refusal(h.connect(ServerHarness.URI));
      assertThat(h.server.failedOpenings()).isEqualTo(6);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedIfThatIsWanted() throws Exception {
    ServerLimits one = ServerLimits.none().withConnections(1).withOverflow(Overflow.CLOSE);
    try (ServerHarness h = new ServerHarness(b -> b.limits(one))) {
      h.open();
      CompletableFuture<WebSocketStream> second = h.connect(ServerHarness.URI);
      assertThat(second).isCompletedExceptionally();
      assertThat(h.server.connectionCount()).isEqualTo(1);
      assertThat(h.failures)
          .singleElement()
          .hasToString("StreamException[REFUSED]: the server has enough connections");
    }
  }

  @Test
  void openingsAreCountedUntilTheyAreOpenOrHaveFailed() throws Exception {
    List<Opening> asked = new ArrayList<>();
    ServerLimits two = ServerLimits.none().withOpenings(2);
    try (ServerHarness h = new ServerHarness(b -> b.limits(two).onRequest(asked::add))) {
      CompletableFuture<WebSocketStream> first = h.connect(ServerHarness.URI);
      h.connect(ServerHarness.URI);
      assertThat(asked).hasSize(2);
      assertThat(refusal(h.connect(ServerHarness.URI)).status()).isEqualTo(503);
      asked.get(0).accept();
      h.run();
      first.join();
      h.connect(ServerHarness.URI);
      assertThat(asked).hasSize(3);
      asked.get(1).reply(Reply.forbidden());
      h.run();
      h.connect(ServerHarness.URI);
      assertThat(asked).hasSize(4);
      assertThat(refusal(h.connect(ServerHarness.URI)).status()).isEqualTo(503);
      asked.forEach(Opening::accept);
      h.run();
    }
  }

  @Test
  void openingsPerSecondAreABucket() throws Exception {
    ServerLimits ten = ServerLimits.none().withOpeningsPerSecond(10);
    try (ServerHarness h = new ServerHarness(b -> b.limits(ten))) {
      for (int i = 0; i < 10; i++) {
        h.open();
      }
      refusal(h.connect(ServerHarness.URI));
      h.executor.advance(Duration.ofMillis(99));
      refusal(h.connect(ServerHarness.URI));
      h.executor.advance(Duration.ofMillis(1));
      h.open();
      refusal(h.connect(ServerHarness.URI));
      h.executor.advance(Duration.ofSeconds(5));
      for (int i = 0; i < 10; i++) {
        h.open();
      }
      refusal(h.connect(ServerHarness.URI));
    }
  }

  /** Else one address could use up the second of all, with connections that nobody takes on. */
  @Test
  void whoIsTurnedAwayForItsAddressTakesNothingFromTheSecondOfOthers() throws Exception {
    ServerLimits limits = ServerLimits.none().withConnectionsPerAddress(1).withOpeningsPerSecond(2);
    try (NioEventLoopGroup group = new NioEventLoopGroup(1);
        WebSocketServer server =
            WebSocketServer.builder()
                .transport(new NioTransport(group))
                .limits(limits)
                .listen("ws://127.0.0.1:0/", (stream, request) -> {})) {
      WebSocketClient one = from(group, "127.0.0.2");
      WebSocketClient other = from(group, "127.0.0.3");
      try (WebSocketStream first =
          one.asyncConnect(server.endpoint(), CompletionToken.useFuture()).get()) {
        for (int i = 0; i < 5; i++) {
          UpgradeResponse told =
              refusal(one.asyncConnect(server.endpoint(), CompletionToken.useFuture()));
          assertThat(told.status()).isEqualTo(429);
        }
        other.asyncConnect(server.endpoint(), CompletionToken.useFuture()).get().close();
        assertThat(first.isOpen()).isTrue();
      }
    }
  }

  private static WebSocketClient from(NioEventLoopGroup group, String host) {
    return WebSocketClient.builder()
        .transport(new NioTransport(group))
        .with(NioOptions.BIND_ADDRESS, new InetSocketAddress(host, 0))
        .build();
  }

  /** Sixty-four connect at once over real sockets; never is one more let in than there is room. */
  @ParameterizedTest
  @EnumSource
  void limitIsExactForConnectorsThatRace(Overflow overflow) throws Exception {
    int room = 10;
    ServerLimits limits = ServerLimits.none().withConnections(room).withOverflow(overflow);
    try (NioEventLoopGroup loops = new NioEventLoopGroup(2)) {
      NioTransport transport = new NioTransport(loops);
      Queue<WebSocketStream> opened = new ConcurrentLinkedQueue<>();
      WebSocketServer server =
          WebSocketServer.builder()
              .transport(transport)
              .limits(limits)
              .listen("ws://localhost:0/", (stream, request) -> opened.add(stream));
      WebSocketClient client = WebSocketClient.builder().transport(transport).build();
      for (int round = 0; round < 5; round++) {
        List<CompletableFuture<WebSocketStream>> connects = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          connects.add(client.asyncConnect(server.endpoint(), CompletionToken.useFuture()));
        }
        int in = 0;
        for (CompletableFuture<WebSocketStream> connect : connects) {
          in += connect.handle((stream, error) -> error == null ? 1 : 0).join();
        }
        assertThat(in).isEqualTo(room);
        assertThat(opened).hasSize(room);
        CountDownLatch gone = new CountDownLatch(room);
        for (WebSocketStream stream; (stream = opened.poll()) != null; ) {
          stream.asyncClose(CloseReason.NORMAL, (error, outcome) -> gone.countDown());
        }
        connects.forEach(c -> c.handle((stream, error) -> stream == null ? null : readAll(stream)));
        gone.await();
        // Refused connections may still be saying goodbye; they take nobody's room.
      }
      server.close();
    }
  }

  private static CompletableFuture<?> readAll(WebSocketStream stream) {
    return stream.asyncRead(CompletionToken.useFuture());
  }

  @Test
  void tenThousandDecisionsPendingHoldNobodyUp() throws Exception {
    List<Opening> asked = new ArrayList<>();
    try (ServerHarness h = new ServerHarness(b -> b.onRequest(asked::add))) {
      int threads = Thread.activeCount();
      List<CompletableFuture<WebSocketStream>> connects = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        connects.add(h.connect(ServerHarness.URI));
      }
      assertThat(asked).hasSize(10_000);
      assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
      assertThat(h.executor.buffers().outstanding())
          .as("buffers held by the server; a client holds none while it waits")
          .isZero();
      asked.get(9_999).accept();
      h.run();
      assertThat(connects.get(9_999)).isCompleted();
      assertThat(connects.get(9_998)).isNotDone();
      asked.forEach(opening -> opening.reply(Reply.forbidden()));
      h.run();
      assertThat(h.opened).hasSize(1);
      assertThat(h.server.failedOpenings()).isEqualTo(9_999);
    }
  }

  @Test
  void limitsThatCannotBe() {
    assertThatThrownBy(() -> ServerLimits.none().withConnections(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("connections");
    assertThatThrownBy(
            () ->
                WebSocketServer.builder()
                    .withoutList()
                    .limits(ServerLimits.none().withConnections(1))
                    .listen("ws+memory://nowhere/", (stream, request) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("list");
  }
}
