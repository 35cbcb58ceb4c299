// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioEventLoop;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
@SuppressWarnings("try") // closing early is what is tested
class AcceptorTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();

  private final Rig rig = new Rig(3);

  @AfterEach
  void end() {
    for (NioEventLoop loop : rig.group.loops()) {
      Rig.settle(loop);
      assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::memberCount)).isZero();
      assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::timerCount)).isZero();
    }
    rig.close();
  }

  // ---------------------------------------------------------------- addresses

  @Test
  void portZeroBecomesTheRealPort() throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.TCP)) {
      assertThat(acceptor.localEndpoint().port()).isPositive();
      assertThat(acceptor.localEndpoint().address()).isEqualTo("127.0.0.1");
      assertThat(acceptor.isOpen()).isTrue();
      assertThat(acceptor.toString()).contains("ws://127.0.0.1:");
    }
  }

  @Test
  void takenPortIsInUse() throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.TCP)) {
      assertThatThrownBy(() -> rig.listen(acceptor.localEndpoint(), DEFAULTS))
          .isInstanceOfSatisfying(
              StreamException.class,
              e -> {
                assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE);
                assertThat(e.getStackTrace()).isNotEmpty();
                assertThat(e).hasMessageContaining("" + acceptor.localEndpoint().port());
              });
    }
  }

  @Test
  void addressOfAnotherHostCannotBeUsed() {
    assertThatThrownBy(() -> rig.listen(Endpoint.parse("ws://192.0.2.1:0"), DEFAULTS))
        .isInstanceOfSatisfying(
            StreamException.class,
            e -> assertThat(e.error()).isEqualTo(StreamError.ADDRESS_UNAVAILABLE));
    assertThatThrownBy(() -> rig.listen(Endpoint.parse("ws://no-such-host.invalid:0"), DEFAULTS))
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.UNRESOLVED));
    assertThatThrownBy(() -> rig.listen(Endpoint.parse("ws+memory://x"), DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void portCanBeTakenAgainRightAfterClose() throws Exception {
    Endpoint endpoint = null;
    for (int i = 0; i < 20; i++) {
      Acceptor acceptor = rig.listen(endpoint == null ? Wire.loopback() : endpoint, DEFAULTS);
      endpoint = acceptor.localEndpoint();
      Outcome<AsyncStream> accepted = Rig.accept(acceptor);
      try (SocketChannel peer = SocketChannel.open(Rig.address(endpoint));
          AsyncStream stream = accepted.awaitResult()) {
        acceptor.close();
        Rig.settle((NioEventLoop) acceptor.executor());
      }
    }
  }

  @Test
  void unixSocketFileIsDeletedOnClose() throws Exception {
    Path path = Wire.freshPath();
    Acceptor acceptor = rig.listen(Wire.unix(path), DEFAULTS);
    assertThat(path).exists();
    assertThat(acceptor.localEndpoint()).isEqualTo(Wire.unix(path));
    acceptor.close();
    Rig.settle((NioEventLoop) acceptor.executor());
    assertThat(path).doesNotExist();
  }

  @Test
  void unixSocketInUseIsRefusedAndStaysUsable() throws Exception {
    Path path = Wire.freshPath();
    try (Acceptor acceptor = rig.listen(Wire.unix(path), DEFAULTS)) {
      assertThatThrownBy(() -> rig.listen(Wire.unix(path), DEFAULTS))
          .isInstanceOfSatisfying(
              StreamException.class,
              e -> assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE));
      // The probe of the second acceptor is the first connection here.
      Rig.accept(acceptor).awaitResult().close();
      Outcome<AsyncStream> connect = rig.connect(Wire.unix(path), DEFAULTS);
      Rig.accept(acceptor).awaitResult().close();
      connect.awaitResult().close();
    }
  }

  @Test
  void staleUnixSocketIsReplaced() throws Exception {
    Path path = Wire.freshPath();
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (Acceptor acceptor = rig.listen(Wire.unix(path), DEFAULTS)) {
      Outcome<AsyncStream> accepted = Rig.accept(acceptor);
      rig.connect(Wire.unix(path), DEFAULTS).awaitResult().close();
      accepted.awaitResult().close();
    }
  }

  @Test
  void fileThatIsNoSocketIsNeverRemoved() throws Exception {
    Path path = Wire.freshPath();
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> rig.listen(Wire.unix(path), DEFAULTS))
        .isInstanceOfSatisfying(
            StreamException.class,
            e -> {
              assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE);
              assertThat(e)
                  .hasMessageContaining("ws+unix:" + path)
                  .hasMessageContaining("a regular file is there, not a socket");
            });
    assertThat(path).hasContent("precious");
    Files.delete(path);
  }

  @Test
  void socketFileOfASuccessorIsLeftAlone() throws Exception {
    Path path = Wire.freshPath();
    Acceptor first = rig.listen(Wire.unix(path), DEFAULTS);
    Files.move(path, path.resolveSibling("moved"));
    try (Acceptor second = rig.listen(Wire.unix(path), DEFAULTS)) {
      first.close();
      Rig.settle((NioEventLoop) first.executor());
      assertThat(path).exists();
    }
    Files.delete(path.resolveSibling("moved"));
  }

  // ---------------------------------------------------------------- accepting

  @ParameterizedTest
  @EnumSource(Wire.class)
  void acceptedStreamsAreDistributedAndHandlersRunOnTheirLoops(Wire wire) throws Exception {
    try (Acceptor acceptor = rig.listen(wire)) {
      int connections = 30;
      Set<StreamExecutor> executors = new HashSet<>();
      List<AsyncStream> streams = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Outcome<AsyncStream> accepted = new Outcome<>();
        boolean[] onItsLoop = {false};
        accepted.then(() -> onItsLoop[0] = accepted.result.executor().isCurrent());
        acceptor.asyncAccept(accepted);
        streams.add(rig.connect(acceptor.localEndpoint(), wire.options).awaitResult());
        streams.add(accepted.awaitResult());
        assertThat(onItsLoop[0]).isTrue();
        executors.add(accepted.result.executor());
      }
      assertThat(executors).hasSize(3);
      streams.forEach(AsyncStream::close);
    }
  }

  @Test
  void executorOfTheOptionsGetsAllStreams() throws Exception {
    NioEventLoop chosen = rig.group.loops().get(2);
    TransportOptions options = DEFAULTS.withExecutor(chosen);
    try (Acceptor acceptor = rig.listen(Wire.loopback(), options)) {
      assertThat(acceptor.executor()).isSameAs(chosen);
      for (int i = 0; i < 4; i++) {
        Outcome<AsyncStream> accepted = Rig.accept(acceptor);
        try (AsyncStream client = rig.connect(acceptor.localEndpoint(), options).awaitResult();
            AsyncStream server = accepted.awaitResult()) {
          assertThat(client.executor()).isSameAs(chosen);
          assertThat(server.executor()).isSameAs(chosen);
        }
      }
    }
  }

  @Test
  void connectionsWaitInTheBacklogUntilSomebodyAccepts() throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.TCP)) {
      List<SocketChannel> peers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        peers.add(SocketChannel.open(Rig.address(acceptor.localEndpoint())));
      }
      Rig.settle((NioEventLoop) acceptor.executor());
      for (NioEventLoop loop : rig.group.loops()) {
        int streams = loop == acceptor.executor() ? 1 : 0;
        assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::memberCount)).isEqualTo(streams);
      }
      for (SocketChannel peer : peers) {
        Rig.accept(acceptor).awaitResult().close();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        peer.close();
      }
    }
  }

  @Test
  void acceptInALoopOnTheAcceptorsOwnExecutor() throws Exception {
    NioEventLoop one = rig.group.loops().get(0);
    try (Acceptor acceptor = rig.listen(Wire.loopback(), DEFAULTS.withExecutor(one))) {
      int connections = 500;
      CountDownLatch accepted = new CountDownLatch(connections);
      acceptor.asyncAccept(
          new Handler<AsyncStream>() {
            @Override
            public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
              if (error == null) {
                stream.close();
                accepted.countDown();
                acceptor.asyncAccept(this);
              }
            }
          });
      for (int i = 0; i < connections; i++) {
        SocketChannel.open(Rig.address(acceptor.localEndpoint())).close();
      }
      assertThat(accepted.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void secondAcceptThrowsFromTheCall() throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.TCP)) {
      Outcome<AsyncStream> first = Rig.accept(acceptor);
      assertThatThrownBy(() -> Rig.accept(acceptor)).isInstanceOf(ReadPendingException.class);
      Outcome<AsyncStream> connect = rig.connect(acceptor.localEndpoint(), DEFAULTS);
      first.awaitResult().close();
      connect.awaitResult().close();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledAcceptLosesNoConnection(CancellationType type) throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.TCP)) {
      for (int i = 0; i < 100; i++) {
        Outcome<AsyncStream> accept = Rig.accept(acceptor);
        if (i % 2 == 0) {
          Rig.settle((NioEventLoop) acceptor.executor());
        }
        accept.cancel(type);
        accept.awaitCancelled(type);
      }
      for (int i = 0; i < 100; i++) {
        Outcome<AsyncStream> accept = Rig.accept(acceptor);
        SocketChannel peer = SocketChannel.open(Rig.address(acceptor.localEndpoint()));
        accept.cancel(type);
        accept.await();
        if (accept.error != null) {
          accept.awaitCancelled(type);
          accept = Rig.accept(acceptor);
        }
        accept.awaitResult().close();
        peer.close();
      }
    }
  }

  // ---------------------------------------------------------------- end

  @Test
  void closeAbortsThePendingAcceptAndLaterOnesAreClosed() throws Exception {
    for (boolean onLoop : new boolean[] {true, false}) {
      Acceptor acceptor = rig.listen(Wire.TCP);
      Outcome<AsyncStream> accept = Rig.accept(acceptor);
      if (onLoop) {
        Rig.runOnLoop((NioEventLoop) acceptor.executor(), acceptor::close);
      } else {
        acceptor.close();
      }
      acceptor.close();
      accept.awaitError(StreamError.ABORTED);
      assertThat(acceptor.isOpen()).isFalse();
      Rig.accept(acceptor).awaitError(StreamError.CLOSED);
      Rig.settle((NioEventLoop) acceptor.executor());
      rig.connect(acceptor.localEndpoint(), DEFAULTS).awaitError(StreamError.REFUSED);
    }
  }

  @Test
  void acceptedStreamsOutliveTheAcceptor() throws Exception {
    try (Rig.Pair pair = rig.pair(Wire.TCP)) {
      Rig.write(pair.client(), ByteBuffer.allocate(3)).awaitBytes();
      assertThat(Rig.read(pair.server(), ByteBuffer.allocate(5)).awaitBytes()).isEqualTo(3);
    }
  }

  // ---------------------------------------------------------------- trouble

  @Test
  void lackOfDescriptorsIsWaitedOutByItself() throws Exception {
    AtomicInteger failures = new AtomicInteger(3);
    try (Acceptor acceptor =
        Listening.listen(
            rig.group,
            Wire.loopback(),
            DEFAULTS,
            channel -> {
              if (failures.getAndDecrement() > 0) {
                throw new IOException("Too many open files");
              }
              return channel.accept();
            })) {
      long start = System.nanoTime();
      Outcome<AsyncStream> accept = Rig.accept(acceptor);
      Outcome<AsyncStream> connect = rig.connect(acceptor.localEndpoint(), DEFAULTS);
      accept.awaitResult().close();
      connect.awaitResult().close();
      // 100 + 200 + 400 ms
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(700));
      assertThat(failures.get()).isNegative();
    }
  }

  @Test
  void acceptCanBeCancelledAndTheAcceptorClosedDuringAPause() throws Exception {
    try (Acceptor acceptor =
        Listening.listen(
            rig.group,
            Wire.loopback(),
            DEFAULTS,
            channel -> {
              throw new IOException("Too many open files");
            })) {
      Outcome<AsyncStream> accept = Rig.accept(acceptor);
      SelectorLoop loop = (SelectorLoop) acceptor.executor();
      Rig.settle(loop);
      assertThat(Rig.onLoop(loop, loop::timerCount)).isEqualTo(1);
      accept.cancel(CancellationType.TOTAL);
      accept.awaitCancelled(CancellationType.TOTAL);
      Outcome<AsyncStream> next = Rig.accept(acceptor);
      acceptor.close();
      next.awaitError(StreamError.ABORTED);
    }
  }
}
