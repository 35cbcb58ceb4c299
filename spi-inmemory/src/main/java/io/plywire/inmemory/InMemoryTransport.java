// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

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
import java.util.Objects;
import java.util.Set;

/**
 * Connects streams within this JVM, by name: {@code ws+memory://name/target}.
 *
 * {@snippet :
 * TransportProvider transport = new InMemoryTransport(executor, new InMemoryRegistry());
 * Endpoint endpoint = Endpoint.parse("ws+memory://echo/");
 * Acceptor acceptor = transport.listen(endpoint, TransportOptions.defaults());
 * acceptor.asyncAccept(server);
 * transport.asyncConnect(endpoint, TransportOptions.defaults(), client);
 * }
 *
 * <p>A connection comes to be when it is accepted: until then it waits in the backlog of the
 * acceptor, at most for the {@linkplain TransportOptions#connectTimeout() connect timeout}. The
 * streams are those of an {@link InMemoryPipe}, so {@code stream.layer(InMemoryStream.class)} gives
 * access to faults and taps. A name may have a port; listening on port 0 chooses a free one.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class InMemoryTransport implements TransportProvider {
  private static final String SCHEME = "ws+memory";

  private final StreamExecutor executor;
  private final InMemoryRegistry registry;

  /** Makes a transport on the shared {@link InMemoryLoop} and the shared registry. */
  public InMemoryTransport() {
    this(InMemoryLoop.shared());
  }

  /**
   * Makes a transport on the shared registry.
   *
   * @param executor the executor of streams whose options name none
   */
  public InMemoryTransport(StreamExecutor executor) {
    this(executor, InMemoryRegistry.shared());
  }

  /**
   * Makes a transport.
   *
   * @param executor the executor of streams whose options name none
   * @param registry the names it can connect to and listen on
   */
  public InMemoryTransport(StreamExecutor executor, InMemoryRegistry registry) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public String name() {
    return "inmemory";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("within this JVM");
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(
        Trait.TOTAL_CANCELLATION,
        Trait.PARTIAL_CANCELLATION,
        Trait.READINESS,
        Trait.HALF_CLOSE,
        Trait.LISTEN);
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    check(remote, options);
    new ConnectOperation(registry, remote, executorFor(options), options, handler).initiate();
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    check(local, options);
    return InMemoryAcceptor.open(registry, local, executorFor(options), options);
  }

  private StreamExecutor executorFor(TransportOptions options) {
    return Objects.requireNonNullElse(options.executor(), executor);
  }

  private static void check(Endpoint endpoint, TransportOptions options) {
    if (!endpoint.transport().equals(SCHEME)) {
      throw new IllegalArgumentException(
          "'" + endpoint + "' is not in memory; the scheme would be " + SCHEME);
    }
    InMemoryOptions.check(options);
  }

  @Override
  public String toString() {
    return "InMemoryTransport[" + registry.names() + "]";
  }
}
