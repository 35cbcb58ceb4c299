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
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers that are measured, in the order of the tables. */
@SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing, and nobody changes the sets
public enum ServerKind {
  PLYWIRE(PlywireServer::start, JDK, CONSCRYPT, BOUNCYCASTLE),
  /** With counters as its observer. */
  PLYWIRE_COUNTED(PlywireServer::startCounted, JDK, CONSCRYPT, BOUNCYCASTLE),
  /** While the Flight Recorder records, with its default settings. */
  PLYWIRE_RECORDED(PlywireServer::startRecorded, JDK, CONSCRYPT, BOUNCYCASTLE),
  /** The floor of bytes. */
  FLOOR_NIO(SelectorServer::bytes, JDK, CONSCRYPT, BOUNCYCASTLE),
  /** The floor of messages. */
  FLOOR_WS_NIO(SelectorServer::messages, JDK, CONSCRYPT, BOUNCYCASTLE),
  NETTY_NIO(NettyServer::nio, JDK, TCNATIVE),
  NETTY_EPOLL(NettyServer::epoll, JDK, TCNATIVE),
  UNDERTOW((security, loops) -> UndertowServer.start(loops)),
  JETTY(JettyServer::start),
  TYRUS(TyrusServer::start),
  JAVA_WEBSOCKET(JavaWebSocketServer::startEcho),
  BEAST(OPENSSL);

  /** Starts a server on so many threads that serve connections. */
  @FunctionalInterface
  private interface Start {
    EchoServer start(Security security, int loops) throws Exception;
  }

  /** Starts a server that has one such thread, and no TLS here. */
  @FunctionalInterface
  private interface SimpleStart {
    EchoServer start() throws Exception;
  }

  private final @Nullable Start start;
  private final boolean takesLoops;
  private final Set<Security> securities;

  /** A class that runs in a JVM. */
  ServerKind(Start start, Security... tls) {
    this(start, true, tls);
  }

  /** A class that runs in a JVM and has one loop. */
  ServerKind(SimpleStart start) {
    this((security, loops) -> start.start(), false);
  }

  /** A {@link Program} of the same name. */
  ServerKind(Security... tls) {
    this(null, false, tls);
  }

  ServerKind(@Nullable Start start, boolean takesLoops, Security... tls) {
    this.start = start;
    this.takesLoops = takesLoops;
    EnumSet<Security> all = EnumSet.of(Security.NONE);
    Collections.addAll(all, tls);
    securities = Collections.unmodifiableSet(all);
  }

  /** Returns those that are measured if none is named: what differs in a detail is left out. */
  public static List<ServerKind> usual() {
    return Arrays.stream(values())
        .filter(each -> each != PLYWIRE_COUNTED && each != PLYWIRE_RECORDED)
        .toList();
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
    return takesLoops;
  }

  /** Returns the program that it is, or null if it is a class that runs in a JVM. */
  public @Nullable Program program() {
    return start == null ? Program.named(toString()) : null;
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
      throw new UnsupportedOperationException(this + " does not run in a JVM");
    }
    return start.start(security, loops);
  }

  /** Returns the name that users know. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
