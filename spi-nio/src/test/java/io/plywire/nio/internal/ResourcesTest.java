// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.WaitType;
import io.plywire.transport.TransportOptions;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is lent by the system comes back. */
@Timeout(300)
class ResourcesTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void thousandConnectionsLeaveNoThreadAndNoDescriptor(Wire wire) throws Exception {
    cycle(wire, 10); // what the JDK opens once
    long descriptors = openDescriptors();
    int threads = ownThreads();
    cycle(wire, 1000);
    assertThat(ownThreads()).isEqualTo(threads);
    if (descriptors >= 0) {
      assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors + 3);
    }
  }

  private static void cycle(Wire wire, int connections) throws Exception {
    try (Rig rig = new Rig(2);
        Acceptor acceptor = rig.listen(wire)) {
      for (int i = 0; i < connections; i++) {
        Outcome<AsyncStream> accepted = Rig.accept(acceptor);
        AsyncStream client = rig.connect(acceptor.localEndpoint(), wire.options).awaitResult();
        AsyncStream server = accepted.awaitResult();
        if (i % 3 == 0) {
          Rig.write(client, ByteBuffer.allocate(100)).awaitBytes();
          Rig.read(server, ByteBuffer.allocate(10)).awaitBytes();
        }
        client.close();
        if (i % 5 != 0) {
          server.close(); // the others end with the group
        }
      }
    }
  }

  @Test
  void descriptorsAreGoneWhileTheLoopLives() throws Exception {
    assumeThat(openDescriptors()).isPositive();
    try (Rig rig = new Rig(1)) {
      rig.pair(Wire.TCP).close();
      Rig.settle(rig.loop());
      long descriptors = openDescriptors();
      for (int i = 0; i < 50; i++) {
        rig.pair(Wire.TCP).close();
      }
      Rig.settle(rig.loop());
      assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors + 1);
    }
  }

  @Test
  void oneLoopServesTenThousandIdleConnections() throws Exception {
    int wanted = 10_000;
    int connections = Math.min(wanted, (int) freeDescriptors() - 200);
    if (connections < wanted) {
      System.out.printf(
          "printed: only %d idle connections, the system allows no more descriptors%n",
          connections);
    }
    int threads = ownThreads();
    try (Rig servers = new Rig(1);
        Acceptor acceptor = servers.listen(Wire.loopback(), TransportOptions.defaults())) {
      long before = usedHeap();
      Process clients = IdleClients.start(acceptor.localEndpoint().port(), connections);
      List<AsyncStream> open = new ArrayList<>();
      try {
        for (int i = 0; i < connections; i++) {
          open.add(Rig.accept(acceptor).awaitResult());
        }
        long idle = usedHeap() - before;
        List<Outcome<Void>> waits = new ArrayList<>();
        for (AsyncStream stream : open) {
          Outcome<Void> wait = new Outcome<>();
          stream.asyncWait(WaitType.READ, wait);
          waits.add(wait);
        }
        assertThat(Rig.onLoop(servers.loop(), servers.loop()::memberCount))
            .isEqualTo(connections + 1);
        assertThat(ownThreads() - threads).as("threads for all of them").isEqualTo(1);
        System.out.printf(
            "printed: %d idle connections on one loop thread, %d bytes of heap for each%n",
            connections, idle / connections);

        // Every one of them still works.
        clients.getOutputStream().write('!');
        clients.getOutputStream().flush();
        for (int i = 0; i < connections; i++) {
          waits.get(i).awaitBytes();
          assertThat(Rig.read(open.get(i), ByteBuffer.allocate(2)).awaitBytes()).isEqualTo(1);
        }
      } finally {
        clients.getOutputStream().close();
        clients.destroy();
      }
      assertThat(clients.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ownThreads()).isEqualTo(threads);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long openDescriptors() throws Exception {
    Path directory = Path.of("/proc/self/fd");
    if (!Files.isDirectory(directory)) {
      return -1;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  private static long freeDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
        : 4_000;
  }

  /** Counts the threads of event loops, alive or not yet gone. */
  private static int ownThreads() {
    int count = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("plywire-nio-")
          && !thread.getName().equals("plywire-nio-shared")) {
        count++;
      }
    }
    return count;
  }
}
