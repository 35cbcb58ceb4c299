// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.RawSocket;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of connections when they are gone: nothing. */
@Timeout(90)
class LeakTest {
  private static final int WARM_UP = 200;
  private static final int CYCLES = 1000;

  @ParameterizedTest
  @EnumSource(Network.Kind.class)
  void aThousandConnectionsLeaveNoThreadNoDescriptorAndNoMemory(Network.Kind kind)
      throws Exception {
    Set<String> threadsBefore = ourThreads();
    try (Network network = new Network(kind)) {
      Echo echo = new Echo();
      WebSocketServer server = network.listen(Network.options(), echo);
      cycles(network, server, echo, WARM_UP);
      int descriptors = descriptors();
      long direct = directBytes();
      int threads = ourThreads().size();
      cycles(network, server, echo, CYCLES);
      eventually(() -> descriptors() <= descriptors, () -> descriptors() + " descriptors");
      assertThat(directBytes()).as("direct memory").isLessThanOrEqualTo(direct + (128 << 10));
      assertThat(ourThreads()).hasSizeLessThanOrEqualTo(threads);
    }
    eventually(
        () -> threadsBefore.containsAll(ourThreads()), () -> "threads left: " + ourThreads());
  }

  private static void cycles(Network network, WebSocketServer server, Echo echo, int count)
      throws Exception {
    for (int i = 0; i < count; i++) {
      try (WebSocketStream client = network.connect(server)) {
        client.asyncWrite("message " + i, useBlocking());
        assertThat(client.asyncRead(useBlocking()).text()).isEqualTo("message " + i);
        assertThat(client.asyncClose(CloseReason.NORMAL, useBlocking()).handshakeComplete())
            .isTrue();
      }
    }
    allEnded(network, echo);
  }

  private static void allEnded(Network network, Echo echo) {
    for (Echo.Connection connection; (connection = echo.connections().poll()) != null; ) {
      get(connection.ended);
    }
    network.settle();
    network.forget();
  }

  @Test
  void connectionsThatEndBadlyLeaveNoDescriptor() throws Exception {
    try (Network network = new Network(Network.Kind.TCP)) {
      Echo echo = new Echo();
      WebSocketServer server = network.listen(Network.options(), echo);
      badEnds(network, server, 20);
      allEnded(network, echo);
      int descriptors = descriptors();
      badEnds(network, server, 300);
      allEnded(network, echo);
      eventually(() -> descriptors() <= descriptors, () -> descriptors() + " descriptors");
    }
  }

  private static void badEnds(Network network, WebSocketServer server, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      switch (i % 5) {
        case 0 -> {
          WebSocketStream client = network.connect(server);
          client.abort();
        }
        case 1 -> {
          try (RawSocket raw = RawSocket.upgrade(server.endpoint())) {
            raw.send(new byte[] {1, 2, 3});
            raw.reset();
          }
        }
        case 2 -> {
          try (RawSocket raw = RawSocket.connect(server.endpoint())) {
            raw.send("garbage\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
          }
        }
        case 3 -> {
          try (RawSocket raw = RawSocket.connect(server.endpoint())) {
            raw.send(Harness.request().substring(0, 40));
            raw.reset();
          }
        }
        default -> RawSocket.upgrade(server.endpoint()).close();
      }
    }
  }

  /** Waits for what the system or another thread is just about to do. */
  private static void eventually(BooleanSupplier condition, java.util.function.Supplier<?> found) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > Network.PATIENCE.toNanos()) {
        throw new AssertionError(found.get());
      }
      Thread.yield();
    }
  }

  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    assumeThat(open).as("the list of open descriptors").isNotNull();
    return open.length;
  }

  private static long directBytes() {
    List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    return pools.stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static Set<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("plywire") || name.startsWith("test-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
