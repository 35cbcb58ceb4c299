// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioEventLoop;
import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several listeners on one port are one acceptor. */
@Timeout(120)
class ListenersTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final TransportOptions THREE = DEFAULTS.with(NioOptions.LISTENERS, 3);

  /** So many that each of three listeners gets some, but for once in a million runs. */
  private static final int MANY = 60;

  private final Rig rig = new Rig(3);
  private final List<SocketChannel> peers = new ArrayList<>();

  @AfterEach
  void end() throws IOException {
    for (SocketChannel peer : peers) {
      peer.close();
    }
    for (NioEventLoop loop : rig.group.loops()) {
      Rig.settle(loop);
      if (loop.isOpen()) {
        assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::memberCount)).isZero();
        assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::timerCount)).isZero();
      }
    }
    rig.close();
  }

  private void connect(Acceptor acceptor, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      peers.add(SocketChannel.open(Rig.address(acceptor.localEndpoint())));
    }
  }

  /** Every connection was accepted and closed, and none was dropped otherwise. */
  private void assertAllClosed() throws IOException {
    for (SocketChannel peer : peers) {
      assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  private static void assertRefused(Rig rig, Acceptor acceptor) {
    rig.group.loops().forEach(Rig::settle);
    rig.connect(acceptor.localEndpoint(), DEFAULTS).awaitError(StreamError.REFUSED);
  }

  // ---------------------------------------------------------------- one acceptor

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyListenerGetsConnectionsAndNoneIsLost(boolean acceptFirst) throws Exception {
    Map<StreamExecutor, Integer> counts = new HashMap<>();
    try (Acceptor acceptor = rig.listen(Wire.loopback(), THREE)) {
      assertThat(rig.group.loops()).contains((NioEventLoop) acceptor.executor());
      if (!acceptFirst) {
        connect(acceptor, MANY);
      }
      for (int i = 0; i < MANY; i++) {
        Outcome<AsyncStream> accepted = new Outcome<>();
        boolean[] onItsLoop = {false};
        accepted.then(() -> onItsLoop[0] = accepted.result.executor().isCurrent());
        acceptor.asyncAccept(accepted);
        if (acceptFirst) {
          connect(acceptor, 1);
        }
        AsyncStream stream = accepted.awaitResult();
        assertThat(onItsLoop[0]).isTrue();
        counts.merge(stream.executor(), 1, Integer::sum);
        stream.close();
      }
      assertAllClosed();
    }
    assertThat(counts).hasSize(3);
  }

  @Test
  void acceptsThatFollowEachOtherOnTheLoopsOfTheirStreamsServeAll() throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.loopback(), THREE)) {
      Set<StreamExecutor> loops = ConcurrentHashMap.newKeySet();
      Outcome<Void> all = new Outcome<>();
      int[] left = {10 * MANY}; // one accept at a time
      acceptor.asyncAccept(
          new io.plywire.stream.Handler<AsyncStream>() {
            @Override
            public void completed(IOException error, AsyncStream stream) {
              if (error != null) {
                all.completed(error, null);
                return;
              }
              loops.add(stream.executor());
              stream.close();
              if (--left[0] > 0) {
                acceptor.asyncAccept(this);
              } else {
                all.completed(null, null);
              }
            }
          });
      connect(acceptor, 10 * MANY);
      all.awaitResult();
      assertAllClosed();
      assertThat(loops).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancelledAcceptLosesNoConnection(boolean onALoop) throws Exception {
    NioEventLoop caller = rig.group.loops().get(2);
    try (Acceptor acceptor = rig.listen(Wire.loopback(), THREE)) {
      int served = 0;
      for (int i = 0; i < 5 * MANY; i++) {
        Outcome<AsyncStream> accept = new Outcome<>();
        if (onALoop) {
          Rig.runOnLoop(caller, () -> acceptor.asyncAccept(accept));
        } else {
          acceptor.asyncAccept(accept);
        }
        connect(acceptor, 1);
        accept.cancel(CancellationType.TOTAL);
        accept.await();
        if (accept.error == null) {
          served++;
          accept.result.close();
        } else {
          accept.awaitCancelled(CancellationType.TOTAL);
        }
      }
      for (; served < peers.size(); served++) {
        Rig.accept(acceptor).awaitResult().close();
      }
      assertAllClosed();
    }
  }

  @Test
  void closeClosesAllListeners() throws Exception {
    for (int i = 0; i < 3; i++) {
      Acceptor acceptor = rig.listen(Wire.loopback(), THREE);
      Outcome<AsyncStream> accept = Rig.accept(acceptor);
      if (i == 2) {
        Rig.runOnLoop(rig.group.loops().get(1), acceptor::close);
      } else {
        acceptor.close();
      }
      accept.awaitError(StreamError.ABORTED);
      Rig.accept(acceptor).awaitError(StreamError.CLOSED);
      assertRefused(rig, acceptor);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void acceptorEndsWithTheFirstOfItsLoopsThatEnds(int which) throws Exception {
    try (Acceptor acceptor = rig.listen(Wire.loopback(), THREE)) {
      Outcome<AsyncStream> accept = Rig.accept(acceptor);
      NioEventLoop loop = rig.group.loops().get(which);
      loop.close();
      accept.awaitError(StreamError.ABORTED);
      assertThat(loop.awaitTermination(java.time.Duration.ofSeconds(Outcome.SECONDS))).isTrue();
      assertThat(acceptor.isOpen()).isFalse();
      for (NioEventLoop other : rig.group.loops()) {
        Rig.settle(other);
      }
      assertThatThrownBy(() -> connect(acceptor, 1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void troubleOfOneListenerDoesNotHoldUpTheOthers() throws Exception {
    Set<ServerSocketChannel> failed = ConcurrentHashMap.newKeySet();
    try (Acceptor acceptor =
        Listening.listen(
            rig.group,
            Wire.loopback(),
            THREE,
            channel -> {
              if (failed.add(channel)) {
                throw new IOException("Too many open files");
              }
              return channel.accept();
            })) {
      connect(acceptor, MANY);
      for (int i = 0; i < MANY; i++) {
        Rig.accept(acceptor).awaitResult().close();
      }
      assertAllClosed();
    }
    assertThat(failed).hasSize(3);
  }

  @Test
  void acceptRightAfterListeningOnTheSameLoopIsServed() throws Exception {
    for (TransportOptions options : List.of(DEFAULTS, THREE)) {
      Outcome<AsyncStream> accepted = new Outcome<>();
      try (Acceptor acceptor =
          Rig.onLoop(
              rig.loop(),
              () -> {
                Acceptor fresh =
                    rig.listen(
                        Wire.loopback(),
                        options == DEFAULTS ? options.withExecutor(rig.loop()) : options);
                fresh.asyncAccept(accepted);
                return fresh;
              })) {
        connect(acceptor, 1);
        accepted.awaitResult().close();
      }
    }
  }

  // ---------------------------------------------------------------- what cannot be

  @Test
  void portOfASocketThatDoesNotShareIsInUse() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open()) {
      other.bind(new InetSocketAddress("127.0.0.1", 0));
      int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
      Endpoint taken = Wire.loopback().withPort(port);
      assertThatThrownBy(() -> rig.listen(taken, THREE))
          .isInstanceOfSatisfying(
              StreamException.class,
              e -> {
                assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE);
                assertThat(e).hasMessageContaining("" + port);
              });
    }
    try (Acceptor acceptor = rig.listen(Wire.loopback(), THREE)) {
      for (TransportOptions options : List.of(DEFAULTS, THREE)) {
        assertThatThrownBy(() -> rig.listen(acceptor.localEndpoint(), options))
            .isInstanceOfSatisfying(
                StreamException.class,
                e -> assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE));
      }
    }
  }

  @Test
  void portIsSharedWithOthersWhereBothWantIt() throws Exception {
    TransportOptions shared = THREE.with(StandardSocketOptions.SO_REUSEPORT, true);
    try (Acceptor first = rig.listen(Wire.loopback(), shared)) {
      try (Acceptor second = rig.listen(first.localEndpoint(), shared)) {
        assertThat(second.localEndpoint()).isEqualTo(first.localEndpoint());
      }
      rig.group.loops().forEach(Rig::settle);
      connect(first, 1);
      Rig.accept(first).awaitResult().close();
      assertAllClosed();
    }
  }

  @Test
  void listenersAreNoMoreThanLoops() throws Exception {
    TransportOptions oneEach = DEFAULTS.with(NioOptions.LISTENERS, Integer.MAX_VALUE);
    try (Acceptor acceptor = rig.listen(Wire.loopback(), oneEach)) {
      for (NioEventLoop loop : rig.group.loops()) {
        assertThat(Rig.onLoop(loop, ((SelectorLoop) loop)::memberCount)).isEqualTo(1);
      }
      connect(acceptor, 1);
      Rig.accept(acceptor).awaitResult().close();
    }
    NioEventLoop chosen = rig.group.loops().get(1);
    try (Acceptor acceptor = rig.listen(Wire.loopback(), oneEach.withExecutor(chosen))) {
      assertThat(acceptor.executor()).isSameAs(chosen);
      connect(acceptor, 1);
      AsyncStream stream = Rig.accept(acceptor).awaitResult();
      assertThat(stream.executor()).isSameAs(chosen);
      stream.close();
    }
    try (Rig one = new Rig(1);
        Acceptor alone = one.listen(Wire.loopback(), oneEach)) {
      connect(alone, 1);
      Rig.accept(alone).awaitResult().close();
    }
  }

  @Test
  void systemWithoutSharedPortsIsToldSo() throws Exception {
    // Unix-domain sockets have no such option, as TCP has none on some systems.
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThatThrownBy(() -> Listening.sharePort(channel))
          .isInstanceOfSatisfying(
              StreamException.class,
              e -> {
                assertThat(e.error()).isEqualTo(StreamError.UNSUPPORTED);
                assertThat(e)
                    .hasMessageContaining("SO_REUSEPORT")
                    .hasMessageContaining("LISTENERS");
              });
    }
  }

  @Test
  void optionsThatContradictAreRefused() {
    for (TransportOptions wrong :
        List.of(
            DEFAULTS.with(NioOptions.LISTENERS, 0),
            THREE.with(NioOptions.INHERITED, true),
            THREE.with(StandardSocketOptions.SO_REUSEPORT, false))) {
      assertThatThrownBy(() -> rig.listen(Wire.loopback(), wrong))
          .as("%s", wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("LISTENERS");
    }
    assertThatThrownBy(() -> rig.listen(Wire.unix(Wire.freshPath()), THREE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LISTENERS is not supported for ws+unix");
  }
}
