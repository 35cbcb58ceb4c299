// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The servers that are measured. */
public enum ServerKind {
  PLYWIRE("plywire", PlywireServer::new),
  FLOOR_NIO(
      "floor-nio",
      () -> {
        Block.Pool pool = new Block.Pool();
        return new SelectorServer((channel, key) -> new ByteEcho(channel, key, pool));
      }),
  FLOOR_WS_NIO(
      "floor-ws-nio",
      () -> {
        Block.Pool pool = new Block.Pool();
        return new SelectorServer((channel, key) -> new MessageEcho(channel, key, pool));
      }),
  NETTY_NIO("netty-nio", NettyServer::nio),
  NETTY_EPOLL("netty-epoll", NettyServer::epoll),
  UNDERTOW("undertow", UndertowServer::new),
  JETTY("jetty", JettyServer::new),
  TYRUS("tyrus", TyrusServer::new),
  JAVA_WEBSOCKET("java-websocket", JavaWebSocketServer::new);

  /** Starts a server. */
  @FunctionalInterface
  private interface Start {
    EchoServer start() throws Exception;
  }

  private final String label;
  private final Start start;

  ServerKind(String label, Start start) {
    this.label = label;
    this.start = start;
  }

  /**
   * Finds a server by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ServerKind named(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no server '" + label + "': there are " + names()));
  }

  /** Returns all names, separated by commas. */
  public static String names() {
    return Arrays.stream(values()).map(ServerKind::label).collect(Collectors.joining(", "));
  }

  /** Returns the name. */
  public String label() {
    return label;
  }

  /** Returns whether it unmasks what it sends back. */
  public boolean unmasks() {
    return this != FLOOR_NIO;
  }

  /**
   * Starts one.
   *
   * @throws Exception as the server does if it cannot start
   */
  public EchoServer start() throws Exception {
    return start.start();
  }
}
