// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.Resolver;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ConnectTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final TransportOptions SHORT = DEFAULTS.withConnectTimeout(Duration.ofMillis(50));

  private final Rig rig = new Rig(1);

  @AfterEach
  void nothingIsLeft() {
    assertNothingIsLeft();
    rig.close();
  }

  private void assertNothingIsLeft() {
    Rig.settle(rig.loop());
    assertThat(Rig.onLoop(rig.loop(), rig.loop()::memberCount)).isZero();
    assertThat(Rig.onLoop(rig.loop(), rig.loop()::timerCount)).isZero();
    assertThat(Rig.onLoop(rig.loop(), () -> rig.loop().selector().keys().size())).isZero();
  }

  // ---------------------------------------------------------------- success

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
  void connectsByAddressAndByName(String host) throws Exception {
    InetAddress address = InetAddress.getByName(host);
    try (ServerSocket server = listenOn(address)) {
      Endpoint endpoint = new Endpoint("ws", false, host, server.getLocalPort(), "/");
      Outcome<AsyncStream> outcome = rig.connect(endpoint, DEFAULTS);
      try (AsyncStream stream = outcome.awaitResult()) {
        assertThat(outcome.thread).isSameAs(Rig.onLoop(rig.loop(), Thread::currentThread));
        assertThat(stream.layer(PeerAddress.class).remoteAddress())
            .isEqualTo(new InetSocketAddress(address, server.getLocalPort()));
        assertThat(stream.executor()).isSameAs(rig.loop());
      }
    }
  }

  private static ServerSocket listenOn(InetAddress address) {
    try {
      return new ServerSocket(0, 10, address);
    } catch (java.io.IOException e) {
      assumeThat(e).as("this system has no " + address).isNull();
      throw new AssertionError(e);
    }
  }

  @Test
  void triesTheNextAddressWhenOneRefuses() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      Outcome<AsyncStream> outcome = new Outcome<>();
      Sockets.connect(
          rig.group::next,
          named(server.getLocalPort()),
          DEFAULTS,
          resolver(host -> addresses("127.0.0.2", "127.0.0.3", "127.0.0.1")),
          outcome);
      outcome.awaitResult().close();
    }
  }

  @Test
  void addressThatDoesNotAnswerIsGivenUpWhenItsShareOfTheTimeIsOver() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ServerSocket server =
            new ServerSocket(silent.getLocalPort(), 10, InetAddress.getByName("127.0.0.2"))) {
      List<Outcome<AsyncStream>> connects = fillBacklog(silent.getLocalPort());
      Outcome<AsyncStream> outcome = new Outcome<>();
      Sockets.connect(
          rig.group::next,
          named(server.getLocalPort()),
          DEFAULTS.withConnectTimeout(Duration.ofSeconds(4)),
          resolver(host -> addresses("127.0.0.1", "127.0.0.2")),
          outcome);
      outcome.awaitResult().close();
      endAll(connects);
    }
  }

  @Test
  void preferredFamilyIsTriedFirst() throws Exception {
    int port = closedPort();
    for (boolean six : new boolean[] {true, false}) {
      Outcome<AsyncStream> outcome = new Outcome<>();
      Sockets.connect(
          rig.group::next,
          named(port),
          DEFAULTS.with(NioOptions.PREFER_IPV6, six),
          resolver(host -> addresses("127.0.0.1", "::1", "127.0.0.2")),
          outcome);
      String message = outcome.await().error.getMessage();
      int at4 = message.indexOf("127.0.0.1");
      int at6 = message.indexOf("0:0:0:0:0:0:0:1");
      assertThat(at6 < at4).as(message).isEqualTo(six);
      assertThat(message).contains("127.0.0.2");
    }
  }

  @Test
  void bindsToTheLocalAddressThatWasAskedFor() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      TransportOptions options =
          DEFAULTS.with(NioOptions.BIND_ADDRESS, new InetSocketAddress("127.0.0.2", 0));
      AsyncStream stream = rig.connect(tcp(server.getLocalPort()), options).awaitResult();
      InetSocketAddress local = (InetSocketAddress) stream.layer(PeerAddress.class).localAddress();
      assertThat(local.getAddress()).isEqualTo(InetAddress.getByName("127.0.0.2"));
      stream.close();
      TransportOptions foreign =
          DEFAULTS.with(NioOptions.BIND_ADDRESS, new InetSocketAddress("192.0.2.1", 0));
      rig.connect(tcp(server.getLocalPort()), foreign).awaitError(StreamError.ADDRESS_UNAVAILABLE);
    }
  }

  @Test
  void unixSocketWhoseBacklogIsFullIsWaitedFor() throws Exception {
    Path path = Wire.freshPath();
    try (Acceptor acceptor = rig.listen(Wire.unix(path), DEFAULTS.with(NioOptions.BACKLOG, 1))) {
      List<Outcome<AsyncStream>> connects = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        connects.add(rig.connect(Wire.unix(path), DEFAULTS));
      }
      Rig.settle(rig.loop());
      assertThat(connects.get(4).isDone()).isFalse();
      Outcome<AsyncStream> late = rig.connect(Wire.unix(path), SHORT);
      late.awaitError(StreamError.TIMEOUT);
      for (int i = 0; i < 5; i++) {
        Rig.accept(acceptor).awaitResult().close();
      }
      for (Outcome<AsyncStream> connect : connects) {
        connect.awaitResult().close();
      }
    }
  }

  // ---------------------------------------------------------------- failure

  @Test
  void refusedNamesHostPortAndAddress() throws Exception {
    int port = closedPort();
    StreamException error =
        rig.connect(new Endpoint("ws", false, "localhost", port, "/"), DEFAULTS)
            .awaitError(StreamError.REFUSED);
    assertThat(error)
        .hasMessageContaining("localhost port " + port)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasCauseInstanceOf(java.io.IOException.class);
  }

  @Test
  void unixSocketThatIsMissingOrStaleRefuses() throws Exception {
    Path path = Wire.freshPath();
    rig.connect(Wire.unix(path), DEFAULTS).awaitError(StreamError.REFUSED);
    var stale = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    stale.bind(java.net.UnixDomainSocketAddress.of(path));
    stale.close();
    assertThat(rig.connect(Wire.unix(path), DEFAULTS).awaitError(StreamError.REFUSED))
        .hasMessageContaining(path.toString());
    Files.delete(path);
    rig.connect(Wire.unix(Path.of("/" + "x".repeat(300))), DEFAULTS).awaitError(StreamError.IO);
  }

  @Test
  void whatIsThereInPlaceOfASocketIsTold() throws Exception {
    Path path = Wire.freshPath();
    Files.writeString(path, "precious");
    assertThat(rig.connect(Wire.unix(path), DEFAULTS).awaitError(StreamError.REFUSED))
        .hasMessageContaining("cannot connect to ws+unix:" + path)
        .hasMessageContaining("a regular file is there, not a socket");
    Files.delete(path);
    Files.createDirectory(path);
    assertThat(rig.connect(Wire.unix(path), DEFAULTS).awaitError(StreamError.REFUSED))
        .hasMessageContaining("a directory is there");
    Files.delete(path);
  }

  @Test
  void unknownHostIsUnresolved() {
    assertThat(
            rig.connect(Endpoint.parse("ws://no-such-host.invalid:81"), DEFAULTS)
                .awaitError(StreamError.UNRESOLVED))
        .hasMessageContaining("no-such-host.invalid port 81")
        .hasCauseInstanceOf(UnknownHostException.class);
    rig.connect(new Endpoint("ws", false, "1:2:3", 80, "/"), DEFAULTS)
        .awaitError(StreamError.UNRESOLVED);
    Outcome<AsyncStream> broken = new Outcome<>();
    Sockets.connect(
        rig.group::next,
        named(80),
        DEFAULTS,
        resolver(
            host -> {
              throw new IllegalArgumentException("the resolver is broken");
            }),
        broken);
    assertThat(broken.awaitError(StreamError.UNRESOLVED).getCause())
        .hasMessageContaining("the resolver is broken");
  }

  @Test
  void whatTheSystemSaysIsSortedIntoCodes() {
    assertThat(SocketErrors.connecting(new java.net.NoRouteToHostException("No route to host")))
        .isEqualTo(StreamError.UNREACHABLE);
    assertThat(SocketErrors.connecting(new java.net.SocketException("Network is unreachable")))
        .isEqualTo(StreamError.UNREACHABLE);
    assertThat(SocketErrors.connecting(new java.net.SocketException("Too many open files")))
        .isEqualTo(StreamError.EXHAUSTED);
    // The JDK has one exception for all of these.
    assertThat(SocketErrors.connecting(new BindException("Cannot assign requested address")))
        .isEqualTo(StreamError.ADDRESS_UNAVAILABLE);
    assertThat(SocketErrors.connecting(new BindException("Address already in use")))
        .isEqualTo(StreamError.ADDRESS_IN_USE);
    assertThat(SocketErrors.connecting(new BindException("Permission denied")))
        .isEqualTo(StreamError.IO);
    assertThat(SocketErrors.binding(new BindException("Address already in use: bind")))
        .isEqualTo(StreamError.ADDRESS_IN_USE);
    assertThat(SocketErrors.binding(new BindException("Permission denied")))
        .isEqualTo(StreamError.ADDRESS_UNAVAILABLE);
  }

  @Test
  void deadlineCoversResolving() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Outcome<AsyncStream> outcome = new Outcome<>();
    Sockets.connect(rig.group::next, named(80), SHORT, silent(asked, answer), outcome);
    assertThat(outcome.awaitError(StreamError.TIMEOUT))
        .hasMessageContaining("within 50 ms")
        .hasMessageContaining("not resolved");
    answer.countDown(); // too late: nothing comes of it
  }

  @Test
  void deadlineCoversConnecting() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      List<Outcome<AsyncStream>> connects = fillBacklog(server.getLocalPort());
      assertThat(rig.connect(tcp(server.getLocalPort()), SHORT).awaitError(StreamError.TIMEOUT))
          .hasMessageContaining("127.0.0.1:" + server.getLocalPort());
      endAll(connects);
    }
  }

  @Test
  void argumentsThatAreWrongThrowFromTheCall() {
    Outcome<AsyncStream> outcome = new Outcome<>();
    assertThatThrownBy(() -> rig.connect(Endpoint.parse("ws+memory://x"), DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ws+memory");
    assertThatThrownBy(() -> rig.connect(new Endpoint("ws", false, "x", -1, "/"), DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no port");
    assertThat(outcome.isDone()).isFalse();
  }

  // ---------------------------------------------------------------- cancellation

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelBeforeTheStart(CancellationType type) {
    Outcome<AsyncStream> outcome = new Outcome<>();
    Rig.runOnLoop(
        rig.loop(),
        () -> {
          Sockets.connect(rig.group::next, tcp(1), DEFAULTS, outcome);
          outcome.cancel(type);
        });
    outcome.await();
    assertThat(outcome.error).isInstanceOf(StreamException.class);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelWhileResolving(CancellationType type) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Outcome<AsyncStream> outcome = new Outcome<>();
    Sockets.connect(rig.group::next, named(80), DEFAULTS, silent(asked, answer), outcome);
    asked.await();
    outcome.cancel(type);
    outcome.awaitCancelled(type);
    assertNothingIsLeft();
    answer.countDown();
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelWhileConnecting(CancellationType type) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      List<Outcome<AsyncStream>> connects = fillBacklog(server.getLocalPort());
      Outcome<AsyncStream> outcome = rig.connect(tcp(server.getLocalPort()), DEFAULTS);
      Rig.settle(rig.loop());
      assertThat(outcome.isDone()).isFalse();
      outcome.cancel(type);
      outcome.awaitCancelled(type);
      endAll(connects);
    }
  }

  @Test
  void cancelAtAnyMomentGivesAStreamOrNothing() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"))) {
      Thread acceptor =
          new Thread(
              () -> {
                while (!server.isClosed()) {
                  try {
                    server.accept().close();
                  } catch (java.io.IOException e) {
                    // the end
                  }
                }
              });
      acceptor.start();
      for (int i = 0; i < 300; i++) {
        Outcome<AsyncStream> outcome = rig.connect(tcp(server.getLocalPort()), DEFAULTS);
        for (int spin = 0; spin < i; spin++) {
          Thread.onSpinWait();
        }
        outcome.cancel(CancellationType.TERMINAL);
        outcome.await();
        if (outcome.error == null) {
          outcome.result.close();
        } else {
          outcome.awaitCancelled(CancellationType.TERMINAL);
        }
        if (i % 50 == 0) {
          assertNothingIsLeft();
        }
      }
    }
  }

  @Test
  void streamThatNobodyCanTakeIsClosed() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"))) {
      CountDownLatch refused = new CountDownLatch(1);
      Outcome<AsyncStream> outcome =
          new Outcome<AsyncStream>()
              .on(
                  task -> {
                    refused.countDown();
                    throw new java.util.concurrent.RejectedExecutionException("a test's");
                  });
      Sockets.connect(rig.group::next, tcp(server.getLocalPort()), DEFAULTS, outcome);
      refused.await();
      try (var accepted = server.accept()) {
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void handlerThatThrowsIsNotTakenForAnAttemptThatFailed() throws Exception {
    Path path = Wire.freshPath(); // where a connection is made at once
    try (Acceptor acceptor = rig.listen(Wire.unix(path), DEFAULTS)) {
      Outcome<AsyncStream> outcome =
          new Outcome<AsyncStream>()
              .inline()
              .then(
                  () -> {
                    throw new IllegalStateException("the handler's");
                  });
      Rig.runOnLoop(
          rig.loop(), () -> Sockets.connect(rig.group::next, Wire.unix(path), DEFAULTS, outcome));
      assertThat(outcome.awaitResult().isOpen()).isFalse();
      Rig.accept(acceptor).awaitResult().close();
    }
  }

  // ---------------------------------------------------------------- help

  interface Lookup {
    InetAddress[] of(String host) throws Exception;
  }

  /** Looks up on a thread of its own, as the system's does. */
  static Resolver resolver(Lookup lookup) {
    return (host, handler) -> {
      Thread thread =
          new Thread(
              () -> {
                try {
                  handler.completed(null, List.of(lookup.of(host)));
                } catch (IOException e) {
                  handler.completed(e, null);
                } catch (RuntimeException e) {
                  handler.completed(new IOException(e), null);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              },
              "lookup");
      thread.setDaemon(true);
      thread.start();
    };
  }

  private static Resolver silent(CountDownLatch asked, CountDownLatch answer) {
    return resolver(
        host -> {
          asked.countDown();
          answer.await();
          return addresses("127.0.0.1");
        });
  }

  private static InetAddress[] addresses(String... literals) throws UnknownHostException {
    InetAddress[] found = new InetAddress[literals.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(literals[i]);
    }
    return found;
  }

  private static Endpoint named(int port) {
    return new Endpoint("ws", false, "some.name", port, "/");
  }

  private static Endpoint tcp(int port) {
    return tcp("127.0.0.1", port);
  }

  private static Endpoint tcp(String host, int port) {
    return new Endpoint("ws", false, host, port, "/");
  }

  /** Returns a port that nobody listens on. */
  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Connects until a connection is not answered any more. */
  private List<Outcome<AsyncStream>> fillBacklog(int port) {
    List<Outcome<AsyncStream>> connects = new ArrayList<>();
    while (true) {
      Outcome<AsyncStream> connect =
          rig.connect(tcp(port), DEFAULTS.withConnectTimeout(Duration.ofMillis(100)));
      if (connect.await().error != null) {
        connect.awaitError(StreamError.TIMEOUT);
        return connects;
      }
      connects.add(connect);
    }
  }

  private static void endAll(List<Outcome<AsyncStream>> connects) {
    connects.forEach(connect -> connect.result.close());
  }
}
