// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import io.plywire.transport.Endpoint;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Subjects over the in-memory pipe, as it is or bent. */
final class Subjects {
  /** What the subject says how much a pipe takes at most; the pipe takes less. */
  static final long WINDOW_BYTES = 1 << 20;

  private static final InMemoryLoop CLIENTS = new InMemoryLoop("tck-clients");
  private static final InMemoryLoop SERVERS = new InMemoryLoop("tck-servers");

  private Subjects() {}

  /** A pipe whose ends are both decorated. */
  static TckSubject pipe(String name, UnaryOperator<AsyncStream> decorator) {
    return pipe(
        name,
        InMemoryPipe.DEFAULT_WINDOW_BYTES,
        EnumSet.complementOf(EnumSet.of(Trait.LISTEN)),
        decorator);
  }

  /** A pipe whose ends are both decorated, and know each other. */
  static TckSubject twins(String name, Function<AsyncStream, Twin> decorator) {
    return pipe(name, acquainted(decorator));
  }

  /** As above, the ends being sockets. */
  static TckSubject socketTwins(String name, Function<AsyncStream, Twin> decorator) {
    return sockets(name, acquainted(decorator));
  }

  /** As above, with as large a window as the subject says. */
  static TckSubject wideTwins(String name, Function<AsyncStream, Twin> decorator) {
    return pipe(
        name,
        (int) WINDOW_BYTES / 2,
        EnumSet.complementOf(EnumSet.of(Trait.LISTEN)),
        acquainted(decorator));
  }

  private static UnaryOperator<AsyncStream> acquainted(Function<AsyncStream, Twin> decorator) {
    Queue<Twin> first = new ArrayDeque<>(); // the ends of a pair are made one after the other
    return stream -> {
      Twin twin = decorator.apply(stream);
      synchronized (first) {
        Twin other = first.poll();
        if (other == null) {
          first.add(twin);
        } else {
          Twin.acquaint(other, twin);
        }
      }
      return twin;
    };
  }

  static TckSubject pipe(
      String name, int window, Set<Trait> traits, UnaryOperator<AsyncStream> decorator) {
    return new TckSubject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamPair open() {
        InMemoryPipe pipe = InMemoryPipe.builder(CLIENTS, SERVERS).windowBytes(window).build();
        return new StreamPair(decorator.apply(pipe.client()), decorator.apply(pipe.server()));
      }

      @Override
      public StreamPair openForReset() {
        InMemoryPipe pipe = InMemoryPipe.builder(CLIENTS, SERVERS).windowBytes(window).build();
        AsyncStream client =
            new Bent(pipe.client()) {
              @Override
              public void close() {
                pipe.client().reset();
              }
            };
        return new StreamPair(decorator.apply(client), decorator.apply(pipe.server()));
      }

      @Override
      public Set<Trait> traits() {
        return traits;
      }

      @Override
      public long windowBytes() {
        return WINDOW_BYTES;
      }
    };
  }

  /** A connection of sockets whose ends are both decorated. */
  static TckSubject sockets(String name, UnaryOperator<AsyncStream> decorator) {
    TransportSubject sockets =
        new TransportSubject(new NioTransport(), () -> Endpoint.parse("ws://127.0.0.1:0"));
    return new TckSubject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamPair open() throws Exception {
        return decorated(sockets.open());
      }

      @Override
      public StreamPair openForReset() throws Exception {
        return decorated(sockets.openForReset());
      }

      private StreamPair decorated(StreamPair pair) {
        return new StreamPair(decorator.apply(pair.client()), decorator.apply(pair.server()));
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }
    };
  }
}
