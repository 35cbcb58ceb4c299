// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Backoff;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.DeliveryException;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import io.plywire.websocket.reconnect.ReconnectorState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A server in memory, a Reconnector to it, and what happened to both; on the virtual clock. */
final class Site implements AutoCloseable, ConnectionHandler {
  static final String URI = "ws+memory://site/";
  static final Backoff BACKOFF =
      new Backoff(
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          Duration.ofMillis(100),
          Duration.ofSeconds(20));

  final ManualExecutor executor = new ManualExecutor();
  final List<WebSocketStream> accepted = new ArrayList<>();
  final List<String> received = new ArrayList<>(); // by the server
  final List<String> messages = new ArrayList<>(); // by the client
  final List<ReconnectorState> states = new ArrayList<>();
  final List<Duration> dials = new ArrayList<>();
  final Reconnector reconnector;
  Reply refusal; // or null, to accept
  boolean reads = true; // the server does
  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final WebSocketClient client =
      WebSocketClient.builder().transport(transport).options(Harness.quiet()).build();
  private final List<Recorded<?>> handlers = new ArrayList<>();
  private WebSocketServer server;

  Site() {
    this(builder -> builder);
  }

  Site(UnaryOperator<Reconnector.Builder> choices) {
    this(true, choices);
  }

  Site(boolean listening, UnaryOperator<Reconnector.Builder> choices) {
    if (listening) {
      listen();
    }
    reconnector =
        choices
            .apply(
                Reconnector.builder(executor, this::dial)
                    .backoff(BACKOFF)
                    .random(new Random(1))
                    .onState(states::add)
                    .onMessage(message -> messages.add(message.text())))
            .start();
  }

  private void dial(Handler<WebSocketStream> handler) {
    dials.add(executor.elapsed());
    client.asyncConnect(URI, handler);
  }

  InMemoryTransport transport() {
    return transport;
  }

  // ---- the server

  void listen() {
    try {
      server =
          WebSocketServer.builder()
              .transport(transport)
              .options(Harness.quiet())
              .onRequest(
                  opening -> {
                    if (refusal == null) {
                      opening.accept();
                    } else {
                      opening.reply(refusal);
                    }
                  })
              .listen(URI, this);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void opened(WebSocketStream stream, UpgradeRequest request) {
    accepted.add(stream);
    if (reads) {
      read(stream);
    }
  }

  void read(WebSocketStream stream) {
    stream.asyncRead(
        (error, message) -> {
          if (message != null) {
            received.add(message.text());
            read(stream);
          }
        });
  }

  /** The server stops listening, and all connections break. */
  void die() {
    server.close();
    accepted.forEach(WebSocketStream::abort);
    run();
  }

  WebSocketStream connection() {
    return accepted.get(accepted.size() - 1);
  }

  /** Returns the client's end of the connection, for faults. */
  static InMemoryStream end(WebSocketStream stream) {
    return stream.nextLayer().layer(InMemoryStream.class);
  }

  void say(String text) {
    connection().asyncWrite(text, (error, bytes) -> {});
  }

  void closeFromServer(int code) {
    connection().asyncClose(CloseReason.of(code), (error, outcome) -> {});
    run();
  }

  // ---- time

  void run() {
    executor.runUntilIdle(1_000_000);
  }

  void pass(Duration time) {
    executor.advance(time);
  }

  /** Lets as much time pass as it waits for, and demands that it does wait. */
  void passTheWait() {
    assertPhase(Phase.WAITING);
    pass(reconnector.state().delay());
  }

  // ---- the client

  Recorded<Long> send(String text) {
    Recorded<Long> recorded = recorded("send " + text);
    reconnector.send(text, Recorded.io(recorded));
    return recorded;
  }

  Recorded<ReconnectorState> close(CloseReason reason) {
    Recorded<ReconnectorState> recorded = recorded("close");
    reconnector.asyncClose(reason, recorded);
    return recorded;
  }

  <T> Recorded<T> recorded(String name) {
    Recorded<T> recorded = new Recorded<>(name);
    handlers.add(recorded);
    return recorded;
  }

  static Delivery delivery(Recorded<Long> sending) {
    return Delivery.of(sending.error());
  }

  static DeliveryException failure(Recorded<Long> sending) {
    return (DeliveryException) sending.error();
  }

  Phase phase() {
    return reconnector.state().phase();
  }

  void assertPhase(Phase expected) {
    assertThat(phase()).as("%s", reconnector).isEqualTo(expected);
  }

  List<Phase> phases() {
    return states.stream().map(ReconnectorState::phase).toList();
  }

  /** A handler that does not look at anything. */
  static IoHandler ignored() {
    return (error, bytes) -> {};
  }

  /** Stops, and demands that nothing is left. */
  @Override
  public void close() {
    reconnector.abort();
    run();
    assertPhase(Phase.STOPPED);
    if (server != null) {
      server.close();
    }
    accepted.forEach(WebSocketStream::abort);
    run();
    for (Recorded<?> handler : handlers) {
      assertThat(handler.runs()).as("runs of the handler of %s", handler).isEqualTo(1);
    }
    assertThat(reconnector.queuedMessages()).as("messages left").isZero();
    assertThat(reconnector.queuedBytes()).as("bytes left").isZero();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers left").isZero();
  }
}
