// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.RawSocket;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Clients and servers on sockets, and peers that do it wrong; over when it has failed. */
final class OnSockets {
  /** What the peer does. */
  @FunctionalInterface
  interface Peer {
    void meet(RawSocket socket) throws Exception;
  }

  /** What the peer puts on its socket. */
  @FunctionalInterface
  interface Wrapping {
    RawSocket wrap(RawSocket plain) throws Exception;
  }

  private OnSockets() {}

  // ---- clients

  /** A client does not connect. */
  static void client(UnaryOperator<WebSocketClient.Builder> how, String uri) throws Exception {
    try (NioEventLoopGroup group = new NioEventLoopGroup(1)) {
      Network.failure(start(group, how, uri));
      end(group);
    }
  }

  private static CompletableFuture<WebSocketStream> start(
      NioEventLoopGroup group, UnaryOperator<WebSocketClient.Builder> how, String uri) {
    WebSocketClient client =
        how.apply(WebSocketClient.builder().transport(new NioTransport(group))).build();
    return client.asyncConnect(uri, useFuture());
  }

  private static void end(NioEventLoopGroup group) throws InterruptedException {
    group.close();
    assertThat(group.awaitTermination(Network.PATIENCE)).isTrue();
  }

  /** A client does not get through to a peer that accepts. */
  static void client(
      ServerSocket acceptor, UnaryOperator<WebSocketClient.Builder> how, String uri, Peer peer)
      throws Exception {
    try (NioEventLoopGroup group = new NioEventLoopGroup(1);
        acceptor) {
      CompletableFuture<WebSocketStream> connect = start(group, how, uri);
      try (RawSocket socket = RawSocket.accept(acceptor)) {
        peer.meet(socket);
        Network.failure(connect);
      }
      end(group);
    }
  }

  /** A client asks a plain server, and is answered. */
  static void answered(String answer) throws Exception {
    ServerSocket acceptor = RawSocket.listen();
    client(
        acceptor,
        how -> how,
        "ws://127.0.0.1:" + acceptor.getLocalPort() + "/orders?token=secret",
        socket -> {
          socket.readHead();
          try {
            socket.send(answer);
            socket.end();
          } catch (IOException e) {
            // The client has had enough already.
          }
        });
  }

  /** A client asks a plain server, and is answered without a body. */
  static void status(String status) throws Exception {
    answered("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
  }

  /** A client has a WebSocket and reads until it ends. */
  static void open(Peer peer) throws Exception {
    open(how -> how, "ws", plain -> plain, peer);
  }

  /** A client has a WebSocket through what the peer puts on its socket, and reads until it ends. */
  static void open(
      UnaryOperator<WebSocketClient.Builder> how, String scheme, Wrapping wrapping, Peer peer)
      throws Exception {
    try (NioEventLoopGroup group = new NioEventLoopGroup(1);
        ServerSocket acceptor = RawSocket.listen()) {
      String uri = scheme + "://127.0.0.1:" + acceptor.getLocalPort() + "/orders";
      CompletableFuture<WebSocketStream> connect = start(group, how, uri);
      try (RawSocket plain = RawSocket.accept(acceptor)) {
        RawSocket socket = wrapping.wrap(plain);
        socket.send(RawPeer.response(socket.readHead()));
        CompletableFuture<Long> read =
            Network.get(connect).asyncRead(new MessageBuffer(0), useFuture());
        peer.meet(plain);
        Network.failure(read);
      }
      end(group);
    }
  }

  // ---- servers

  /** What clients do with a server, and how it fails that. */
  @FunctionalInterface
  private interface Visit {
    void to(Endpoint server, CompletableFuture<IOException> failed) throws Exception;
  }

  private static void server(
      String uri,
      UnaryOperator<WebSocketServer.Builder> how,
      WebSocketServer.ConnectionHandler application,
      Visit visit)
      throws Exception {
    CompletableFuture<IOException> failed = new CompletableFuture<>();
    try (NioEventLoopGroup group = new NioEventLoopGroup(1)) {
      WebSocketServer.Builder builder =
          WebSocketServer.builder()
              .transport(new NioTransport(group))
              .onFailedOpening(failed::complete);
      try (WebSocketServer server = how.apply(builder).listen(uri, application)) {
        visit.to(server.endpoint(), failed);
      }
      end(group);
    }
  }

  /** A server gets no WebSocket out of what a plain client does. */
  static void server(String uri, UnaryOperator<WebSocketServer.Builder> how, Peer peer)
      throws Exception {
    server(
        uri,
        how,
        (stream, request) -> {},
        (endpoint, failed) -> {
          try (RawSocket socket = RawSocket.connect(endpoint)) {
            peer.meet(socket);
            Network.get(failed);
          }
        });
  }

  /** A server that may have one client gets two. */
  static void overLimit(ServerLimits limits) throws Exception {
    CompletableFuture<IOException> firstHasLeft = new CompletableFuture<>();
    server(
        "ws://127.0.0.1:0/",
        how -> how.limits(limits),
        (stream, request) ->
            stream.asyncRead(new MessageBuffer(0), (error, n) -> firstHasLeft.complete(error)),
        (endpoint, failed) -> {
          try (RawSocket first = RawSocket.upgrade(endpoint);
              RawSocket second = RawSocket.connect(endpoint)) {
            second.send(Harness.request());
            Network.get(failed);
            first.send(Frame.close(1000, "").mask().encode());
            Network.get(firstHasLeft);
          }
        });
  }

  /** The application throws as it is given a WebSocket. */
  static void handlerThrows() throws Exception {
    CompletableFuture<CloseOutcome> closed = new CompletableFuture<>();
    WebSocketObserver observer =
        new WebSocketObserver() {
          @Override
          public void closed(WebSocketStream stream, CloseOutcome outcome, Duration lived) {
            closed.complete(outcome);
          }
        };
    server(
        "ws://127.0.0.1:0/",
        how -> how.options(WebSocketOptions.defaults().withObserver(observer)),
        (stream, request) -> {
          throw new IllegalStateException("no such room");
        },
        (endpoint, failed) -> {
          try (RawSocket client = RawSocket.upgrade(endpoint)) {
            client.end();
            Network.get(closed);
          }
        });
  }

  /** A server gets no WebSocket out of what a plain client asks it. */
  static void asked(UnaryOperator<WebSocketServer.Builder> how, String request) throws Exception {
    server(
        "ws://127.0.0.1:0/",
        how,
        socket -> {
          socket.send(request);
          socket.end();
        });
  }

  /** Returns a proper request with another line in the place of one. */
  static String request(String line, String instead) {
    return Harness.request().replace(line, instead);
  }
}
