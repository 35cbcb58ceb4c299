// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.Faults;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryOptions;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.IoKind;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** In memory: the pipe itself has the faults, at any byte and any operation. */
final class MemoryPlace implements Place {
  private static final TransportOptions LISTENING =
      TransportOptions.defaults().with(InMemoryOptions.BACKLOG, 1000);

  private final InMemoryLoop serverLoop = new InMemoryLoop("soak-memory-server");
  private final InMemoryLoop clientLoop = new InMemoryLoop("soak-memory-client");
  private final Map<String, Talk> connecting = new ConcurrentHashMap<>();
  private final Servers servers;

  MemoryPlace() throws IOException {
    InMemoryRegistry registry = new InMemoryRegistry();
    int[] count = new int[1];
    servers =
        new Servers(
            new InMemoryTransport(serverLoop, registry),
            new Faulty(new InMemoryTransport(clientLoop, registry)),
            LISTENING,
            setup -> setup.scheme("ws+memory") + "://n" + count[0]++ + ".soak.test/");
  }

  @Override
  public Fault fault(Random random) {
    Fault fault = Fault.random(random);
    return fault == Fault.HALF_RESET ? Fault.FAILURE : fault;
  }

  @Override
  public void open(Talk talk) {
    connecting.put("/" + talk.number(), talk);
    servers.connect(talk, servers.endpoint(talk.setup()));
  }

  /** Does to the client's end, before anything has passed, what is planned. */
  private static void disturb(Talk talk, InMemoryStream end) {
    Random random = new Random(talk.number() * 7919L + 1);
    Faults faults = end.faults();
    faults.postAlways(random.nextBoolean());
    Direction direction = random.nextBoolean() ? Direction.OUTBOUND : Direction.INBOUND;
    IoKind kind = random.nextBoolean() ? IoKind.READ : IoKind.WRITE;
    long at = random.nextInt(random.nextBoolean() ? 3_000 : 200_000);
    int operation = random.nextInt(60);
    switch (talk.fault()) {
      case CUTS -> {
        int most = 1 + random.nextInt(random.nextBoolean() ? 300 : 5_000);
        faults.capReads(Faults.random(random.nextLong(), most));
        faults.capWrites(Faults.random(random.nextLong(), most));
        talk.tookEffect();
      }
      case DELAYS, PAUSE -> {
        boolean once = talk.fault() == Fault.PAUSE;
        List<Gate> gates = new ArrayList<>();
        for (int i = 0; i < (once ? 1 : 5); i++) {
          Gate gate = faults.hold(kind, operation + 3L * i);
          gates.add(gate);
          int millis = once ? 200 + random.nextInt(500) : 60 * (i + 1);
          end.executor().schedule(Duration.ofMillis(millis), gate::release);
        }
        talk.faultIs(() -> faults.held(kind) > 0, () -> gates.forEach(Gate::release));
      }
      case RESET -> {
        faults.resetAt(direction, at);
        talk.faultIs(() -> faults.passed(direction) >= at, () -> {});
      }
      case END -> {
        faults.endAt(direction, at);
        talk.faultIs(() -> faults.passed(direction) + faults.vanished(direction) >= at, () -> {});
      }
      case FAILURE -> {
        faults.fail(kind, operation, new IOException("injected"));
        talk.faultIs(() -> faults.failed(kind) > 0, () -> {});
      }
      case VANISH -> {
        Gate reads = faults.hold(IoKind.READ, operation);
        Gate writes = faults.hold(IoKind.WRITE, operation);
        talk.faultIs(
            () -> faults.held(IoKind.READ) + faults.held(IoKind.WRITE) > 0,
            () -> {
              reads.release();
              writes.release();
            });
      }
      default -> {}
    }
  }

  @Override
  public String disturb(Random random) {
    return "memory";
  }

  @Override
  public boolean silences() {
    return false;
  }

  @Override
  public List<? extends StreamExecutor> executors() {
    return List.of(serverLoop, clientLoop);
  }

  @Override
  public void calm() {
    servers.forget();
    connecting.clear();
  }

  @Override
  public void close() {
    servers.close();
    serverLoop.close();
    clientLoop.close();
  }

  /** Disturbs streams before anybody else has them. */
  private final class Faulty implements TransportProvider {
    private final TransportProvider inner;

    Faulty(TransportProvider inner) {
      this.inner = inner;
    }

    @Override
    public void asyncConnect(
        Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
      Talk talk = connecting.get(remote.target());
      inner.asyncConnect(
          remote,
          options,
          (error, stream) -> {
            if (stream != null) {
              disturb(talk, stream.layer(InMemoryStream.class));
            }
            handler.completed(error, stream);
          });
    }

    @Override
    public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
      return inner.listen(local, options);
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
    public String name() {
      return "faulty-" + inner.name();
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
  }
}
