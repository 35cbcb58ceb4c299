// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Subjects over the in-memory pipe, as it is or bent. */
final class Subjects {
  private static final InMemoryLoop CLIENTS = new InMemoryLoop("tck-clients");
  private static final InMemoryLoop SERVERS = new InMemoryLoop("tck-servers");

  private Subjects() {}

  /** A pipe whose ends are both decorated. */
  static TckSubject pipe(String name, UnaryOperator<AsyncStream> decorator) {
    return new TckSubject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamPair open() {
        InMemoryPipe pipe = InMemoryPipe.create(CLIENTS, SERVERS);
        return new StreamPair(decorator.apply(pipe.client()), decorator.apply(pipe.server()));
      }

      @Override
      public StreamPair openForReset() {
        InMemoryPipe pipe = InMemoryPipe.create(CLIENTS, SERVERS);
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
        return Set.of(
            Trait.TOTAL_CANCELLATION,
            Trait.PARTIAL_CANCELLATION,
            Trait.READINESS,
            Trait.HALF_CLOSE);
      }

      @Override
      public long windowBytes() {
        return 1 << 20;
      }
    };
  }
}
