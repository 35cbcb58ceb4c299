// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A client on an {@link Internet}, its connects, and servers that agree to everything. */
public final class Dialled implements AutoCloseable {
  final Internet net = new Internet();
  final List<WebSocketStream> servers = new ArrayList<>();
  private final List<Recorded<WebSocketStream>> connects = new ArrayList<>();
  private WebSocketClient client;

  public Dialled() {
    this(builder -> builder);
  }

  public Dialled(UnaryOperator<WebSocketClient.Builder> how) {
    client = how.apply(builder()).build();
  }

  WebSocketClient.Builder builder() {
    return WebSocketClient.builder()
        .transport(net)
        .resolver(net)
        .options(WebSocketOptions.defaults().withTimeouts(Timeouts.none()));
  }

  /** Gives a name its addresses, which are silent unless they are told otherwise. */
  public void name(String host, String... addresses) {
    net.name(host, addresses);
  }

  /** Has an address accept at once; its end of each connection is given away. */
  public void accepting(String address, Consumer<InMemoryStream> server) {
    net.accepting(address, Duration.ZERO, server);
  }

  /** Returns what serves WebSockets at its end of a connection. */
  Consumer<InMemoryStream> webSocket() {
    return end -> {
      WebSocketStream server =
          new WebSocketStream(end, WebSocketOptions.defaults().withTimeouts(Timeouts.none()));
      servers.add(server);
      server.asyncAccept((error, request) -> {});
    };
  }

  public Recorded<WebSocketStream> connect(String uri) {
    Recorded<WebSocketStream> connect = new Recorded<>("connect to " + uri);
    connects.add(connect);
    client.asyncConnect(uri, connect);
    return connect;
  }

  public void pass(long millis) {
    net.executor.advance(Duration.ofMillis(millis));
    run();
  }

  void run() {
    net.executor.runUntilIdle();
  }

  /** Ends everything and demands that nothing is left. */
  @Override
  public void close() {
    run();
    for (Recorded<WebSocketStream> connect : connects) {
      assertThat(connect.runs()).as(connect.toString()).isEqualTo(1);
      if (connect.value() != null) {
        connect.value().abort();
      }
    }
    servers.forEach(WebSocketStream::abort);
    run();
    assertThat(net.openStreams()).as("connections left open").isZero();
    assertThat(net.executor.pendingTimers()).as("timers left").isZero();
    assertThat(net.executor.buffers().outstanding()).as("buffers not returned").isZero();
  }
}
