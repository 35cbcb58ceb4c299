// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import static io.plywire.bench.echo.wire.Security.BOUNCYCASTLE;
import static io.plywire.bench.echo.wire.Security.CONSCRYPT;
import static io.plywire.bench.echo.wire.Security.JDK;
import static io.plywire.bench.echo.wire.Security.OPENSSL;
import static io.plywire.bench.echo.wire.Security.TCNATIVE;

import io.plywire.bench.echo.wire.Security;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The servers that are measured. */
@SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing, and nobody changes the sets
public enum ServerKind {
  PLYWIRE("plywire", PlywireServer::new, JDK, CONSCRYPT, BOUNCYCASTLE),
  FLOOR_NIO("floor-nio", Floors::bytes, JDK, CONSCRYPT, BOUNCYCASTLE),
  FLOOR_WS_NIO("floor-ws-nio", Floors::messages, JDK, CONSCRYPT, BOUNCYCASTLE),
  NETTY_NIO("netty-nio", NettyServer::nio, JDK, TCNATIVE),
  NETTY_EPOLL("netty-epoll", NettyServer::epoll, JDK, TCNATIVE),
  UNDERTOW("undertow", (security, loops) -> new UndertowServer(loops)),
  JETTY("jetty", (security, loops) -> new JettyServer()),
  TYRUS("tyrus", (security, loops) -> new TyrusServer()),
  JAVA_WEBSOCKET("java-websocket", (security, loops) -> new JavaWebSocketServer()),
  BEAST("beast", CppProgram.beast(), OPENSSL);

  /** Starts a server. */
  @FunctionalInterface
  private interface Start {
    EchoServer start(Security security, int loops) throws Exception;
  }

  private final String label;
  private final @Nullable Start start;
  private final @Nullable CppProgram program;
  private final Set<Security> securities;

  ServerKind(String label, Start start, Security... tls) {
    this(label, start, null, tls);
  }

  ServerKind(String label, CppProgram program, Security... tls) {
    this(label, null, program, tls);
  }

  ServerKind(String label, @Nullable Start start, @Nullable CppProgram program, Security... tls) {
    this.label = label;
    this.start = start;
    this.program = program;
    EnumSet<Security> all = EnumSet.of(Security.NONE);
    all.addAll(List.of(tls));
    this.securities = Collections.unmodifiableSet(all);
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

  /** Returns how its connections can be encrypted here, and that they need not be. */
  public Set<Security> securities() {
    return securities;
  }

  /** Returns whether it unmasks what it sends back. */
  public boolean unmasks() {
    return this != FLOOR_NIO;
  }

  /** Returns whether it can be told how many threads shall serve connections. */
  public boolean takesLoops() {
    return switch (this) {
      case PLYWIRE, FLOOR_NIO, FLOOR_WS_NIO, NETTY_NIO, NETTY_EPOLL, UNDERTOW -> true;
      case JETTY, TYRUS, JAVA_WEBSOCKET, BEAST -> false;
    };
  }

  /** Returns the program that it is, or null if it is a class that runs in a JVM. */
  public @Nullable CppProgram program() {
    return program;
  }

  /**
   * Starts one in this JVM.
   *
   * @param security one of {@link #securities}
   * @param loops how many threads serve connections; 1 unless it {@link #takesLoops}
   * @throws UnsupportedOperationException if it is a {@link #program}
   * @throws Exception as the server does if it cannot start
   */
  public EchoServer start(Security security, int loops) throws Exception {
    if (start == null) {
      throw new UnsupportedOperationException(label + " does not run in a JVM");
    }
    return start.start(security, loops);
  }
}
