// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.dial;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.Availability;
import io.plywire.spi.OneShotOperation;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A network of hosts with addresses on a virtual clock: a transport and a resolver. What an address
 * does when somebody connects is said beforehand, and what becomes of every attempt is counted.
 */
final class Internet implements TransportProvider, Resolver {
  /** Whether and when an address answers. */
  private record Host(Duration after, boolean accepts, Consumer<InMemoryStream> server) {}

  /** An attempt as the network has seen it. */
  record Seen(String address, Duration at) {}

  final ManualExecutor executor = new ManualExecutor();
  final List<Seen> attempts = new ArrayList<>();
  final List<Endpoint> endpoints = new ArrayList<>();
  int cancelled; // attempts
  int lookups;
  int lookupsTakenBack;

  private final Map<String, List<InetAddress>> names = new LinkedHashMap<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<InMemoryPipe> pipes = new ArrayList<>();
  private Duration lookupTime = Duration.ZERO;
  private final long start = executor.nanoTime();

  /** Gives a name its addresses. */
  Internet name(String host, String... addresses) {
    List<InetAddress> list = new ArrayList<>();
    for (String address : addresses) {
      list.add(literal(address));
    }
    names.put(host, list);
    return this;
  }

  Internet lookupTime(Duration time) {
    lookupTime = time;
    return this;
  }

  /** Has an address accept after some time; its end of each connection is given away. */
  Internet accepting(String address, Duration after, Consumer<InMemoryStream> server) {
    hosts.put(literal(address).getHostAddress(), new Host(after, true, server));
    return this;
  }

  /** Has an address refuse after some time. All others are silent. */
  Internet refusing(String address, Duration after) {
    hosts.put(literal(address).getHostAddress(), new Host(after, false, end -> {}));
    return this;
  }

  static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  Duration now() {
    return Duration.ofNanos(executor.nanoTime() - start);
  }

  /** Tells how many connections have an end that is open. */
  long openStreams() {
    return pipes.stream().filter(p -> p.client().isOpen()).count();
  }

  // ---- the resolver

  @Override
  public void asyncResolve(String host, Handler<List<InetAddress>> handler) {
    lookups++;
    StreamExecutor.Timer timer =
        executor.schedule(
            lookupTime,
            () -> {
              List<InetAddress> found = names.get(host);
              handler.cancellationSlot().clear();
              handler.completed(
                  found == null ? new UnknownHostException("nobody knows " + host) : null, found);
            });
    CancellationSlot slot = handler.cancellationSlot();
    slot.assign(
        (id, type) -> {
          if (timer.cancel()) {
            lookupsTakenBack++;
          }
        },
        0);
  }

  // ---- the transport

  @Override
  public String name() {
    return "internet";
  }

  @Override
  public Availability availability() {
    return Availability.yes("for tests");
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("ws");
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(Trait.ADDRESSES);
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    attempts.add(new Seen(remote.address(), now()));
    endpoints.add(remote);
    new Attempt(remote, handler).initiate();
  }

  private final class Attempt extends OneShotOperation<AsyncStream> {
    private final Endpoint remote;
    private StreamExecutor.Timer timer;

    Attempt(Endpoint remote, Handler<AsyncStream> handler) {
      super(executor, handler);
      this.remote = remote;
    }

    @Override
    protected void start() {
      Host host = hosts.get(remote.address());
      if (host != null) {
        timer = executor.schedule(host.after(), () -> answer(host));
      }
    }

    private void answer(Host host) {
      if (host.accepts()) {
        InMemoryPipe pipe = InMemoryPipe.builder(executor).build();
        pipes.add(pipe);
        host.server().accept(pipe.server());
        succeed(pipe.client());
      } else {
        fail(
            new StreamException(
                StreamError.REFUSED,
                "cannot connect to "
                    + remote.address()
                    + ": "
                    + new InetSocketAddress(literal(remote.address()), remote.port())
                    + " refused"));
      }
    }

    @Override
    protected void ended(IOException error) {
      if (timer != null) {
        timer.cancel();
      }
      if (error instanceof StreamException known && known.error() == StreamError.ABORTED) {
        cancelled++;
      }
    }
  }
}
