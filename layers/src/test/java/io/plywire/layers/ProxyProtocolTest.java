// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.layers.internal.IpText;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading and writing headers, over a pipe. */
class ProxyProtocolTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final TransportOptions TRUSTING =
      DEFAULTS.with(ProxyOptions.TRUSTED, TrustedPeers.everybody());
  private static final byte[] AFTER = "what follows the header".getBytes(US_ASCII);

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(IpText.address(IpText.parse(ip)), port);
  }

  private static final SocketAddress CLIENT = address("203.0.113.7", 4711);
  private static final SocketAddress BALANCER = address("198.51.100.1", 443);
  private static final SocketAddress OWN = address("10.0.0.1", 8080);
  private static final SocketAddress PEER = address("10.0.0.99", 50000);
  private static final ProxyHeader HEADER = ProxyHeader.of(CLIENT, BALANCER);

  static ProxyHeader[] headers() {
    return ProxyHeaderTest.headers();
  }

  private static byte[] withAfter(byte[] header) {
    byte[] all = Arrays.copyOf(header, header.length + AFTER.length);
    System.arraycopy(AFTER, 0, all, header.length, AFTER.length);
    return all;
  }

  /** The stream's end, over which the peer can be known. */
  private static Rig.Addressed addressed(Rig b) {
    return new Rig.Addressed(b.pipe.server(), OWN, PEER);
  }

  // ---- good headers

  @ParameterizedTest
  @MethodSource("headers")
  void writtenByAClientAndReadByAServer(ProxyHeader header) {
    try (Rig b = new Rig()) {
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      Result<AsyncStream> client =
          b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS.with(ProxyOptions.HEADER, header));
      b.run();
      ProxiedStream stream = (ProxiedStream) server.value();
      assertThat(stream.version()).isEqualTo(header.version());
      assertThat(stream.header().source()).isEqualTo(header.source());
      assertThat(stream.header().destination()).isEqualTo(header.destination());
      b.send(client.value(), AFTER);
      assertThat(b.receive(stream, 100)).isEqualTo(AFTER);
      b.send(stream, AFTER);
      assertThat(b.receive(client.value(), 100)).isEqualTo(AFTER);
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void cutAtEveryByteAndFollowedAtOnce(ProxyHeader header) {
    byte[] bytes = withAfter(header.toBytes());
    for (int cut = 0; cut <= bytes.length; cut++) {
      try (Rig b = new Rig()) {
        Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
        b.run();
        b.send(b.pipe.client(), Arrays.copyOf(bytes, cut));
        assertThat(server.isDone()).isEqualTo(cut >= bytes.length - AFTER.length);
        b.send(b.pipe.client(), Arrays.copyOfRange(bytes, cut, bytes.length));
        assertThat(b.receive(server.value(), 100)).as("cut at %s", cut).isEqualTo(AFTER);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void oneByteAtATimeInEachDirection(ProxyHeader header) {
    try (Rig b = new Rig(1)) {
      b.pipe.server().faults().postAlways(true);
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      Result<AsyncStream> client =
          b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS.with(ProxyOptions.HEADER, header));
      b.run();
      assertThat(((ProxiedStream) server.value()).header().source()).isEqualTo(header.source());
      assertThat(client.value()).isSameAs(b.pipe.client());
    }
  }

  @Test
  void takesFewReads() {
    try (Rig b = new Rig()) {
      b.send(b.pipe.client(), withAfter(HEADER.toBytes()));
      b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.run();
      assertThat(b.pipe.server().faults().started(IoKind.READ)).isEqualTo(2);
    }
    try (Rig b = new Rig()) {
      b.send(b.pipe.client(), withAfter(HEADER.asVersion1().toBytes()));
      b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.run();
      assertThat(b.pipe.server().faults().started(IoKind.READ)).isLessThan(10);
    }
  }

  // ---- addresses

  @Test
  void addressesOfTheClientAndOfTheConnection() {
    try (Rig b = new Rig()) {
      Rig.Addressed below = addressed(b);
      b.send(b.pipe.client(), HEADER.toBytes());
      Result<AsyncStream> server = b.wrap(below, Role.SERVER, TRUSTING);
      b.run();
      AsyncStream stream = server.value();
      PeerAddress addresses = stream.layer(PeerAddress.class);
      assertThat(addresses).isSameAs(stream);
      assertThat(addresses.remoteAddress()).isEqualTo(CLIENT);
      assertThat(addresses.localAddress()).isEqualTo(BALANCER);
      assertThat(stream.layer(ProxiedStream.class).connection()).isSameAs(below);
      assertThat(stream.layer(InMemoryStream.class)).isSameAs(b.pipe.server());
      assertThat(stream)
          .hasToString(
              "proxy-protocol[v2 203.0.113.7:4711 to 198.51.100.1:443] over in-memory server of"
                  + " pipe");
    }
  }

  @Test
  void ownAddressesWhereTheHeaderTellsNone() {
    ProxyHeader unspecified =
        new ProxyHeader(2, false, ProxyHeader.Kind.STREAM, null, null, List.of(), null, true);
    for (ProxyHeader header :
        new ProxyHeader[] {ProxyHeader.local(), ProxyHeader.local().asVersion1(), unspecified}) {
      try (Rig b = new Rig()) {
        Rig.Addressed below = addressed(b);
        b.send(b.pipe.client(), header.toBytes());
        Result<AsyncStream> server = b.wrap(below, Role.SERVER, TRUSTING);
        b.run();
        ProxiedStream stream = (ProxiedStream) server.value();
        assertThat(stream.layer(PeerAddress.class)).isSameAs(below);
        assertThat(stream.remoteAddress()).isEqualTo(PEER);
        assertThat(stream.localAddress()).isEqualTo(OWN);
        assertThat(stream.header().isKnown()).isFalse();
      }
      try (Rig b = new Rig()) {
        b.send(b.pipe.client(), header.toBytes());
        Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
        b.run();
        ProxiedStream stream = (ProxiedStream) server.value();
        assertThat(stream.layer(PeerAddress.class)).isNull();
        assertThat(stream.connection()).isNull();
        assertThatThrownBy(stream::remoteAddress).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void whatElseIsTold() {
    ProxyHeader header =
        HEADER
            .with(new ProxyTlv(ProxyTlv.ALPN, "h2".getBytes(US_ASCII)))
            .with(new ProxyTlv(ProxyTlv.AUTHORITY, "example.com".getBytes(US_ASCII)))
            .with(new ProxyTlv(ProxyTlv.UNIQUE_ID, new byte[] {1, 2}))
            .with(new ProxyTlv(ProxyTlv.SSL, new byte[] {1, 0, 0, 0, 0}))
            .withChecksum();
    try (Rig b = new Rig()) {
      b.send(b.pipe.client(), header.toBytes());
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.run();
      ProxiedStream stream = (ProxiedStream) server.value();
      assertThat(stream.alpn()).isEqualTo("h2");
      assertThat(stream.authority()).isEqualTo("example.com");
      assertThat(stream.uniqueId()).containsExactly(1, 2);
      assertThat(stream.clientTls().used()).isTrue();
      assertThat(stream.clientTls().commonName()).isNull();
      assertThat(stream.tlvs()).hasSize(5).startsWith(header.tlvs().toArray(ProxyTlv[]::new));
    }
  }

  // ---- whom to believe

  @Test
  void onlyTrustedPeersAreAsked() {
    for (boolean passes : new boolean[] {false, true}) {
      TransportOptions options =
          DEFAULTS
              .with(ProxyOptions.TRUSTED, TrustedPeers.of("10.0.0.0/26"))
              .with(ProxyOptions.PASS_UNTRUSTED, passes);
      try (Rig b = new Rig()) {
        Rig.Addressed below = addressed(b);
        b.send(b.pipe.client(), HEADER.toBytes());
        Result<AsyncStream> server = b.wrap(below, Role.SERVER, options);
        b.run();
        assertThat(b.pipe.server().faults().started()).isZero();
        if (passes) {
          assertThat(server.value()).isSameAs(below);
          assertThat(b.receive(below, 100)).isEqualTo(HEADER.toBytes());
        } else {
          assertThat(server.failed(StreamError.HANDSHAKE))
              .hasMessageContaining("10.0.0.99:50000")
              .hasMessageContaining("10.0.0.0/26");
          assertThat(below.isOpen()).isFalse();
        }
      }
    }
    try (Rig b = new Rig()) { // nobody knows who that is
      Result<AsyncStream> server =
          b.wrap(
              b.pipe.server(),
              Role.SERVER,
              DEFAULTS.with(ProxyOptions.TRUSTED, TrustedPeers.of("0.0.0.0/0", "::/0")));
      b.run();
      server.failed(StreamError.HANDSHAKE);
    }
  }

  @Test
  void optionsThatDoNotFit() {
    ProxyProtocol layer = new ProxyProtocol();
    layer.check(Role.CLIENT, DEFAULTS);
    layer.check(Role.SERVER, TRUSTING);
    try (Rig b = new Rig()) {
      for (TransportOptions options :
          new TransportOptions[] {
            DEFAULTS,
            TRUSTING.with(ProxyOptions.HEADER_MAX, 106),
            TRUSTING.with(ProxyOptions.HEADER_MAX, 65552),
            TRUSTING.with(ProxyOptions.TIMEOUT, Duration.ofNanos(-1)),
          }) {
        assertThatThrownBy(() -> layer.check(Role.SERVER, options))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("PROXY_");
        assertThatThrownBy(
                () ->
                    layer.asyncWrap(
                        b.pipe.server(), Role.SERVER, Rig.ENDPOINT, options, new Result<>()))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(b.pipe.server().isOpen()).isTrue();
    }
  }

  // ---- what goes wrong

  @Test
  void whatIsNoHeaderIsRefusedAtOnce() {
    try (Rig b = new Rig()) {
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.send(b.pipe.client(), "GE".getBytes(US_ASCII));
      assertThat(server.failed(StreamError.PROTOCOL))
          .hasMessage(
              "no PROXY header: the first bytes are neither 'PROXY ' nor the signature of version"
                  + " 2: 'GE': in-memory server of pipe");
      assertThat(b.pipe.server().isOpen()).isFalse();
    }
  }

  @Test
  void headerLongerThanTheLimitTakesNoMemory() {
    ProxyHeader header = HEADER.with(new ProxyTlv(0xE0, new byte[5000]));
    TransportOptions more = TRUSTING.with(ProxyOptions.HEADER_MAX, header.toBytes().length);
    for (TransportOptions options : new TransportOptions[] {TRUSTING, more}) {
      try (Rig b = new Rig()) {
        Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, options);
        b.send(b.pipe.client(), Arrays.copyOf(header.toBytes(), 28));
        if (options == more) {
          assertThat(server.isDone()).isFalse();
        } else {
          assertThat(server.failed(StreamError.PROTOCOL))
              .hasMessageContaining("5031 bytes exceeds the limit of 4096");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void peerEndsAtEveryByte(ProxyHeader header) {
    byte[] bytes = header.toBytes();
    for (int at = 0; at < bytes.length; at++) {
      try (Rig b = new Rig()) {
        b.pipe.server().faults().endAt(Direction.INBOUND, at);
        Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
        b.write(b.pipe.client(), ByteBuffer.wrap(bytes));
        b.run();
        assertThat(server.failed(StreamError.EOF))
            .hasMessageContaining("ended after " + at + " bytes");
        assertThat(b.pipe.server().isOpen()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void resetAtEveryByte(ProxyHeader header) {
    byte[] bytes = header.toBytes();
    for (int at = 0; at < bytes.length; at++) {
      try (Rig b = new Rig()) {
        b.pipe.server().faults().resetAt(Direction.INBOUND, at);
        Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
        Result<AsyncStream> client =
            b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS.with(ProxyOptions.HEADER, header));
        b.run();
        server.failed(StreamError.RESET);
        assertThat(b.pipe.server().isOpen()).isFalse();
        if (client.error() != null) {
          assertThat(b.pipe.client().isOpen()).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyOperationBelowFails(Role role) {
    for (ProxyHeader header : headers()) {
      boolean more = true;
      for (int k = 0; more; k++) {
        try (Rig b = new Rig(7)) {
          IOException trouble = new IOException("planned failure " + k);
          InMemoryStream end = role == Role.CLIENT ? b.pipe.client() : b.pipe.server();
          end.faults().fail(k, trouble);
          Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
          Result<AsyncStream> client =
              b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS.with(ProxyOptions.HEADER, header));
          b.run();
          more = end.faults().started() > k;
          Result<AsyncStream> failing = role == Role.CLIENT ? client : server;
          if (more) {
            assertThat(failing.error()).isSameAs(trouble);
            assertThat(end.isOpen()).isFalse();
          } else {
            failing.value();
          }
        }
      }
    }
  }

  // ---- time and cancellation

  @ParameterizedTest
  @MethodSource("headers")
  void deadlineIsThatOfTheWholeHeader(ProxyHeader header) {
    byte[] bytes = header.toBytes();
    Duration timeout = Duration.ofSeconds(bytes.length - 1);
    try (Rig b = new Rig()) {
      Result<AsyncStream> server =
          b.wrap(b.pipe.server(), Role.SERVER, TRUSTING.with(ProxyOptions.TIMEOUT, timeout));
      for (int i = 0; i < bytes.length - 1; i++) {
        assertThat(server.isDone()).isFalse();
        b.send(b.pipe.client(), new byte[] {bytes[i]});
        b.advance(Duration.ofSeconds(1));
      }
      assertThat(server.failed(StreamError.TIMEOUT))
          .hasMessageContaining("sent " + (bytes.length - 1) + " bytes");
      assertThat(b.pipe.server().isOpen()).isFalse();
    }
  }

  @Test
  void fiveSecondsUnlessChosenOtherwise() {
    try (Rig b = new Rig()) {
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.advance(Duration.ofMillis(4999));
      assertThat(server.isDone()).isFalse();
      b.advance(Duration.ofMillis(1));
      server.failed(StreamError.TIMEOUT);
    }
    try (Rig b = new Rig()) {
      Result<AsyncStream> server =
          b.wrap(b.pipe.server(), Role.SERVER, TRUSTING.with(ProxyOptions.TIMEOUT, Duration.ZERO));
      b.advance(Duration.ofDays(1));
      assertThat(server.isDone()).isFalse();
    }
    try (Rig b = new Rig(3)) {
      Result<AsyncStream> client = b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS);
      b.advance(Duration.ofSeconds(5));
      assertThat(client.failed(StreamError.TIMEOUT)).hasMessageContaining("took 3 of 16 bytes");
      assertThat(b.pipe.client().isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledAtEveryByteAndStep(CancellationType type) {
    for (Role role : Role.values()) {
      for (ProxyHeader header : headers()) {
        boolean more = true;
        for (int steps = 0; more; steps++) {
          try (Rig b = new Rig(16)) {
            InMemoryStream end = role == Role.CLIENT ? b.pipe.client() : b.pipe.server();
            Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
            Result<AsyncStream> client =
                b.wrap(b.pipe.client(), Role.CLIENT, DEFAULTS.with(ProxyOptions.HEADER, header));
            Result<AsyncStream> cancelled = role == Role.CLIENT ? client : server;
            for (int i = 0; i < steps && more; i++) {
              more = b.executor.runOne();
            }
            cancelled.cancel(type);
            b.run();
            if (cancelled.error() == null) {
              assertThat(end.isOpen()).isTrue();
            } else {
              StreamException error = cancelled.failed(StreamError.ABORTED);
              assertThat(error.cancellation()).isEqualTo(type);
              assertThat(end.isOpen()).isFalse();
            }
          }
        }
      }
    }
  }

  @Test
  void closeBelowEndsIt() {
    try (Rig b = new Rig()) {
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.send(b.pipe.client(), "PROXY".getBytes(US_ASCII));
      b.pipe.server().close();
      b.run();
      server.failed(StreamError.ABORTED);
    }
  }

  @Test
  void nothingIsReadBeforeSomethingHasCome() {
    try (Rig b = new Rig()) {
      b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.run();
      assertThat(b.pipe.server().outstanding()).containsExactly(IoKind.WAIT);
      assertThat(b.executor.buffers().acquired()).isZero();
    }
  }

  @Test
  void handlersOfTheStreamOnTopAreThoseOfTheOneBelow() {
    try (Rig b = new Rig()) {
      b.send(b.pipe.client(), HEADER.toBytes());
      Result<AsyncStream> server = b.wrap(b.pipe.server(), Role.SERVER, TRUSTING);
      b.run();
      Result<Void> read = b.read(server.value(), ByteBuffer.allocate(1));
      b.run();
      read.cancel(CancellationType.TOTAL);
      b.run();
      assertThat(read.failed(StreamError.ABORTED).cancellation()).isEqualTo(CancellationType.TOTAL);
      server.value().close();
      assertThat(b.pipe.server().isOpen()).isFalse();
    }
  }

  @Test
  void foundByServiceLoader() {
    assertThat(ServiceLoader.load(LayerProvider.class))
        .extracting(LayerProvider::layer)
        .contains("proxy-protocol", "rate");
  }
}
