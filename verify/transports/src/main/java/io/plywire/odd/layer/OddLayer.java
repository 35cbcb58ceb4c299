// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.layer;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.odd.medium.ChannelStream;
import io.plywire.odd.medium.Sockets;
import io.plywire.odd.medium.Threads;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/**
 * A layer over a socket.
 *
 * @param name for the report
 * @param secured as {@link LayerSubject} has it
 * @param below what it stands on
 * @param layer puts it on
 */
public record OddLayer(
    String name, boolean secured, Callable<StreamPair> below, UnaryOperator<AsyncStream> layer)
    implements LayerSubject {

  /** A length before what is written, over TCP. */
  public static OddLayer framing() {
    return new OddLayer(
        "layer of frames", false, OddLayer::tcp, s -> new RecordStream(s, new Codec.Framing()));
  }

  /** Many records for each write, over a pipe in memory. */
  public static OddLayer chunking() {
    return new OddLayer(
        "layer of small records",
        false,
        OddLayer::memory,
        s -> new RecordStream(s, new Codec.Chunking()));
  }

  /** Hidden records with sums, over TCP. */
  public static OddLayer sealing() {
    return new OddLayer(
        "layer of sealed records",
        true,
        OddLayer::tcp,
        s -> new RecordStream(s, new Codec.Sealing()));
  }

  /** Bytes in disguise, over TCP. */
  public static OddLayer disguise() {
    return new OddLayer("layer of bytes in disguise", false, OddLayer::tcp, Disguise::new);
  }

  /** Sealed records over frames over bytes in disguise. */
  public static OddLayer tower() {
    return new OddLayer(
        "three layers",
        true,
        OddLayer::framedAndDisguised,
        s -> new RecordStream(s, new Codec.Sealing()));
  }

  private static StreamPair framedAndDisguised() throws Exception {
    StreamPair pair = tcp();
    return new StreamPair(
        new RecordStream(new Disguise(pair.client()), new Codec.Framing()),
        new RecordStream(new Disguise(pair.server()), new Codec.Framing()));
  }

  private static StreamPair tcp() throws Exception {
    return ChannelStream.sockets(Sockets.tcp(), Threads::executor);
  }

  private static StreamPair memory() {
    InMemoryPipe pipe = InMemoryPipe.create(Threads.executor(), Threads.executor());
    return new StreamPair(pipe.client(), pipe.server());
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
  }

  @Override
  public StreamPair openBelow() throws Exception {
    return below.call();
  }

  @Override
  public StreamPair wrap(StreamPair pair) {
    return new StreamPair(layer.apply(pair.client()), layer.apply(pair.server()));
  }

  @Override
  public int endOfRecord(byte[] bytes, int from) {
    if (from + Codec.HEAD > bytes.length) {
      return -1;
    }
    int end = from + Codec.HEAD + (((bytes[from] & 0xff) << 8) | (bytes[from + 1] & 0xff));
    return end <= bytes.length ? end : -1;
  }

  @Override
  public String toString() {
    return name;
  }
}
