// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import io.plywire.examples.aio.AioTransport;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioTransport;
import io.plywire.odd.layer.OddLayer;
import io.plywire.odd.manner.Deaf;
import io.plywire.odd.manner.Hasty;
import io.plywire.odd.manner.Late;
import io.plywire.odd.medium.BlockingSockets;
import io.plywire.odd.medium.ChannelStream;
import io.plywire.odd.medium.CoalescingStream;
import io.plywire.odd.medium.Fifos;
import io.plywire.odd.medium.NettyStream;
import io.plywire.odd.medium.Piped;
import io.plywire.odd.medium.Processes;
import io.plywire.odd.medium.RingStream;
import io.plywire.odd.medium.SingleBytes;
import io.plywire.odd.medium.SocketByHand;
import io.plywire.odd.medium.SocketProvider;
import io.plywire.odd.medium.Sockets;
import io.plywire.odd.medium.Threads;
import io.plywire.odd.medium.XnioStream;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.Trait;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** All subjects. */
final class OddTransports {
  private static final StreamExecutor ONE = new ExecutorAdapter(Threads.FEW);
  private static final Set<Trait> NONE = Set.of();
  private static final Set<Trait> TERMINAL_ONLY = Set.of(Trait.READINESS, Trait.HALF_CLOSE);

  private OddTransports() {}

  /** Returns the odd ones, as far as this machine has what they need. */
  static List<TckSubject> odd() {
    List<TckSubject> all = new ArrayList<>(media());
    all.addAll(manners());
    all.addAll(layers());
    return all;
  }

  /** Returns one line for each that cannot be had here. */
  static List<String> missing() {
    return BlockingSockets.hasVirtualThreads()
        ? List.of()
        : List.of("blocking sockets, virtual threads: needs Java 21 or later");
  }

  private static List<TckSubject> media() {
    List<TckSubject> media = new ArrayList<>();
    media.add(
        new PairSubject(
            "selector", () -> channels(Threads::executor), () -> resetting(Threads::executor)));
    media.add(
        new PairSubject(
            "unix sockets", () -> ChannelStream.sockets(Sockets.unix(), Threads::executor)));
    media.add(new PairSubject("pipes of java.nio", ChannelStream::pipes));
    media.add(
        new TransportSubject(new AioTransport(), () -> Endpoint.parse("ws+aio://127.0.0.1:0/")));
    media.add(
        new PairSubject(
            "netty",
            () -> NettyStream.pair(Sockets.tcp()),
            () -> NettyStream.pair(Sockets.tcpWithReset())));
    media.add(new PairSubject("xnio", XnioStream::tcp));
    media.add(new PairSubject("xnio pipe", XnioStream::pipe));
    media.add(
        new PairSubject(
            "blocking sockets, two threads each",
            () -> BlockingSockets.withThreads(Sockets.tcp()),
            () -> BlockingSockets.withThreads(Sockets.tcpWithReset())));
    if (BlockingSockets.hasVirtualThreads()) {
      media.add(
          new PairSubject(
              "blocking sockets, virtual threads",
              () -> BlockingSockets.withVirtualThreads(Sockets.tcp()),
              () -> BlockingSockets.withVirtualThreads(Sockets.tcpWithReset())));
    }
    media.add(new PairSubject("piped streams", Piped::pair));
    media.add(new PairSubject("processes", Processes::pair));
    media.add(new PairSubject("fifos", Fifos::pair));
    media.add(ring("by hand, ring of one byte", 1));
    media.add(ring("by hand, ring of 4 KiB", 4 << 10));
    media.add(ring("by hand, ring of 3 MiB", 3 << 20));
    media.add(
        new PairSubject(
            "by hand, selector",
            () -> SocketByHand.pair(Sockets.tcp()),
            () -> SocketByHand.pair(Sockets.tcpWithReset())));
    media.add(provider("sockets, connecting and listening", Duration.ZERO));
    media.add(provider("listener that leaves late", Duration.ofMillis(20)));
    return media;
  }

  private static List<TckSubject> manners() {
    PairSubject unix =
        new PairSubject("unix", () -> ChannelStream.sockets(Sockets.unix(), Threads::ownExecutor));
    return List.of(
        new PairSubject("one byte at a time", () -> SingleBytes.pair(Sockets.unix())),
        new PairSubject("held back and collected", () -> CoalescingStream.pair(Sockets.unix())),
        new PairSubject(
            "small buffers of the system",
            () -> ChannelStream.sockets(Sockets.unix(4 << 10), Threads::executor)),
        new PairSubject(
            "large buffers of the system",
            () -> ChannelStream.sockets(Sockets.tcp(4 << 20), Threads::executor)),
        new PairSubject(
            "one executor for all", () -> channels(() -> ONE), () -> resetting(() -> ONE)),
        unix.with("an executor of its own", PairSubject.ALL, stream -> stream),
        unix.with("5 ms for each operation", PairSubject.ALL, Late::slow),
        unix.with("never immediate", PairSubject.ALL, Late::twice),
        unix.with("told by foreign threads", PairSubject.ALL, Late::foreign),
        unix.with("terminal cancellation only", TERMINAL_ONLY, Deaf::new),
        unix.with("promises nothing", NONE, Hasty::new));
  }

  private static List<TckSubject> layers() {
    return List.of(
        OddLayer.framing(),
        OddLayer.chunking(),
        OddLayer.sealing(),
        OddLayer.disguise(),
        OddLayer.tower());
  }

  /** Returns the transports of this project that can listen. */
  static List<TckSubject> builtIn() {
    List<TckSubject> all = new ArrayList<>(TransportSubject.ofEachScheme(new NioTransport()));
    all.addAll(TransportSubject.ofEachScheme(new InMemoryTransport()));
    return all;
  }

  private static StreamPair channels(Supplier<StreamExecutor> executors) throws IOException {
    return ChannelStream.sockets(Sockets.tcp(), executors);
  }

  private static StreamPair resetting(Supplier<StreamExecutor> executors) throws IOException {
    return ChannelStream.sockets(Sockets.tcpWithReset(), executors);
  }

  private static TckSubject ring(String name, int windowBytes) {
    return new PairSubject(
        name,
        () -> RingStream.pair(windowBytes, Threads::executor, false),
        () -> RingStream.pair(windowBytes, Threads::executor, true));
  }

  private static TckSubject provider(String name, Duration lateness) {
    return new TransportSubject(
        new SocketProvider("odd", lateness), () -> Endpoint.parse("ws+odd://127.0.0.1:0/")) {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
