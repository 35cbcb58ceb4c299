// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.Set;

/** A provider that passes everything on; what is derived from it bends one thing. */
public class BentProvider implements TransportProvider {
  private static final InMemoryLoop LOOP = new InMemoryLoop("tck-providers");

  private final TransportProvider inner;

  /** For what is derived: bends connections in memory. */
  protected BentProvider() {
    this(new InMemoryTransport(LOOP, new InMemoryRegistry()));
  }

  /** For what is derived: bends another provider. */
  protected BentProvider(TransportProvider inner) {
    this.inner = inner;
  }

  @Override
  public String name() {
    return "bent";
  }

  @Override
  public int spiVersion() {
    return inner.spiVersion();
  }

  @Override
  public Availability availability() {
    return inner.availability();
  }

  @Override
  public Set<Trait> traits() {
    return inner.traits();
  }

  @Override
  public Set<String> schemes() {
    return inner.schemes();
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }

  @Override
  public void checkConnect(Endpoint remote, TransportOptions options) {
    inner.checkConnect(remote, options);
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    inner.asyncConnect(remote, options, handler);
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    return inner.listen(local, options);
  }
}
