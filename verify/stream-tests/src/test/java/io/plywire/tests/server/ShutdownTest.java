// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.AsyncStream;
import io.plywire.tests.support.Harness;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.Opening;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.Timeouts;
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
      House house, Duration spread, Duration deadline) {
    return house.server.asyncShutdown(RESTART, spread, deadline, useFuture());
  }

  private static Reader reader(House house) {
    Reader reader = new Reader(house.open());
    new Reader(house.opened.get(house.opened.size() - 1)); // who reads hears of the close
    house.run();
    return reader;
  }

  @Test
  void everyoneIsToldWithinTheSpread() throws Exception {
    try (House house = new House(b -> b)) {
      List<Reader> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        readers.add(reader(house));
      }
      assertThat(house.server.connections()).hasSize(10);
      CompletableFuture<ShutdownReport> report =
          shutDown(house, Duration.ofSeconds(10), Duration.ofSeconds(20));
      house.run();
      assertThat(house.server.isOpen()).isFalse();
      for (int told = 1; told <= 10; told++) {
        assertThat(readers.stream().filter(r -> r.end != null)).hasSize(told);
        assertThat(report.isDone()).isEqualTo(told == 10);
        if (told < 10) {
          house.executor.advance(SECOND);
          house.run();
        }
      }
      house.run();
      readers.forEach(r -> r.stream.abort());
      house.run();
      assertThat(readers).allMatch(r -> r.code() == CloseCode.SERVICE_RESTART);
      assertThat(report.join()).isEqualTo(new ShutdownReport(10, 0, 0));
      assertThat(report.join()).hasToString("10 connections: 10 closed, 0 broken off, 0 aborted");
    }
  }

  @Test
  void nobodyThereIsReportedAtOnce() throws Exception {
    try (House house = new House(b -> b)) {
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(0, 0, 0));
      assertThatThrownBy(() -> shutDown(house, Duration.ZERO, SECOND))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatWaitsInAQueueGoesOutFirst() throws Exception {
    try (House house = new House(b -> b)) {
      Reader reader = reader(house);
      SendQueue queue = new SendQueue(house.opened.get(0), 100, 1 << 20, OverflowPolicy.fail());
      for (int i = 0; i < 50; i++) {
        queue.send("message " + i, (error, bytes) -> assertThat(error).isNull());
      }
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      assertThat(reader.messages).hasSize(50);
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(report.join().closed()).isEqualTo(1);
    }
  }

  @Test
  void messageInFlightGoesOutFirst() throws Exception {
    try (House house = new House(b -> b)) {
      Reader reader = reader(house);
      WebSocketStream stream = house.opened.get(0);
      List<IOException> ends = new ArrayList<>();
      stream.asyncWriteSome(false, ByteBuffer.allocate(1_000_000), (e, n) -> ends.add(e));
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      assertThat(ends).containsExactly((IOException) null);
      assertThat(reader.end).as("the message has not ended").isNull();
      stream.asyncWriteSome(true, ByteBuffer.allocate(10), (e, n) -> ends.add(e));
      house.run();
      assertThat(reader.messages).hasSize(1);
      assertThat(reader.messages.get(0)).hasSize(1_000_010);
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(report.join().closed()).isEqualTo(1);
    }
  }

  @Test
  void whoDoesNotAnswerIsCutOffAtTheDeadline() throws Exception {
    try (House house = new House(b -> b)) {
      reader(house);
      house.open(); // and reads nothing
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      assertThat(report).isNotDone();
      house.executor.advance(SECOND);
      house.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 0, 1));
    }
  }

  @Test
  void whoLeavesMeanwhileIsBrokenOff() throws Exception {
    try (House house = new House(b -> b)) {
      reader(house);
      reader(house);
      CompletableFuture<ShutdownReport> report = shutDown(house, SECOND, SECOND.multipliedBy(2));
      house.run();
      house.clients.forEach(WebSocketStream::abort);
      house.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 1, 0));
      house.executor.advance(SECOND.multipliedBy(2));
    }
  }

  @Test
  void whoIsStillOpeningIsToldOnceOpenOrCutOff() throws Exception {
    List<Opening> asked = new ArrayList<>();
    try (House house = new House(b -> b.onRequest(asked::add))) {
      CompletableFuture<WebSocketStream> slow = house.connect(House.URI);
      CompletableFuture<AsyncStream> silent =
          house.transport.asyncConnect(
              Endpoint.parse(House.URI), TransportOptions.defaults(), useFuture());
      house.run();
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      asked.get(0).accept();
      house.run();
      Reader reader = new Reader(slow.join());
      house.run();
      assertThat(reader.code()).isEqualTo(CloseCode.SERVICE_RESTART);
      assertThat(house.opened).isEmpty();
      house.executor.advance(SECOND);
      house.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(1, 0, 1));
      silent.join().close();
    }
  }

  @Test
  void refusedArguments() throws Exception {
    try (House house = new House(b -> b)) {
      assertThatThrownBy(() -> shutDown(house, SECOND, SECOND))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 s");
      assertThat(house.server.isOpen()).isTrue();
    }
  }

  @Test
  void serverWithoutAListOnlyStopsListening() throws Exception {
    try (House house = new House(WebSocketServer.Builder::withoutList)) {
      WebSocketStream client = house.open();
      assertThat(house.server.connections()).isEmpty();
      CompletableFuture<ShutdownReport> report = shutDown(house, Duration.ZERO, SECOND);
      house.run();
      assertThat(report.join().connections()).isZero();
      assertThat(client.isOpen()).isTrue();
    }
  }

  @Test
  void connectionsThatEndLeaveTheList() throws Exception {
    try (House house =
        new House(Harness.quiet().withTimeouts(Timeouts.none().withHandshake(SECOND)), b -> b)) {
      List<WebSocketStream> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        clients.add(house.open());
      }
      for (int i : new int[] {2, 0, 4, 1, 3}) {
        int before = house.server.connectionCount();
        house.opened.get(i).abort();
        house.run();
        assertThat(house.server.connectionCount()).isEqualTo(before - 1);
        assertThat(house.server.connections()).doesNotContain(house.opened.get(i));
      }
    }
  }
}
