// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.tck.internal.lab.FullBacklog;
import io.plywire.tck.internal.lab.Violation;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A transport provider that can listen: connections are opened through it, and connecting,
 * listening and discovery are verified, too. May be extended, to give waivers for example.
 */
public class TransportSubject implements TckSubject {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final long PATIENCE_SECONDS = 30;
  private static final int MOST_STRANGERS = 20;
  private static final int SETTLING_ROUNDS = 3;

  private final TransportProvider provider;
  private final String name;
  private final Callable<Endpoint> endpoints;
  private final TransportOptions options;
  private final boolean discovered;

  /**
   * Makes the subject of a provider.
   *
   * @param provider what is verified
   * @param endpoints gives endpoints to listen on that nobody uses, a fresh one each time; port 0
   *     will do where there are ports
   */
  public TransportSubject(TransportProvider provider, Callable<Endpoint> endpoints) {
    this(provider, provider.name(), endpoints, TransportOptions.defaults(), false);
  }

  private TransportSubject(
      TransportProvider provider,
      String name,
      Callable<Endpoint> endpoints,
      TransportOptions options,
      boolean discovered) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.name = Objects.requireNonNull(name, "name");
    this.endpoints = Objects.requireNonNull(endpoints, "endpoints");
    this.options = Objects.requireNonNull(options, "options");
    this.discovered = discovered;
  }

  /**
   * Makes a subject for each scheme of a provider that was, or could be, discovered. Endpoints are
   * {@code ws://127.0.0.1:0}, a path in a fresh folder for {@code ws+unix}, and a fresh name for
   * every other scheme. A provider that serves no scheme, which it must (P1.1), is verified all the
   * same.
   *
   * @param provider what is verified
   */
  public static List<TransportSubject> ofEachScheme(TransportProvider provider) {
    if (provider.schemes().isEmpty()) {
      return List.of(
          new TransportSubject(
              provider,
              provider.name(),
              () -> freshEndpoint("ws"),
              TransportOptions.defaults(),
              true));
    }
    return new TreeSet<>(provider.schemes())
        .stream()
            .map(
                scheme ->
                    new TransportSubject(
                        provider,
                        provider.schemes().size() == 1
                            ? provider.name()
                            : provider.name() + " " + scheme,
                        () -> freshEndpoint(scheme),
                        TransportOptions.defaults(),
                        true))
            .toList();
  }

  /**
   * Returns a copy whose connections are made with options.
   *
   * @param shown the name for the report
   * @param chosen for connecting and listening
   */
  public TransportSubject withOptions(String shown, TransportOptions chosen) {
    return new TransportSubject(provider, shown, endpoints, chosen, discovered);
  }

  private static Endpoint freshEndpoint(String scheme) throws Exception {
    return switch (scheme) {
      case "ws" -> Endpoint.parse("ws://127.0.0.1:0");
      case "ws+unix" -> {
        Path path = Folder.PATH.resolve("s" + NAMES.incrementAndGet());
        yield new Endpoint(scheme, false, path.toString(), -1, "/");
      }
      default -> Endpoint.parse(scheme + "://tck-" + NAMES.incrementAndGet() + "/");
    };
  }

  /** One folder for all sockets of this JVM. */
  private static final class Folder {
    static final Path PATH = make();

    private static Path make() {
      try {
        Path folder = Files.createTempDirectory("tck");
        folder.toFile().deleteOnExit();
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the provider. */
  public final TransportProvider provider() {
    return provider;
  }

  /** Returns the options for connecting and listening. */
  public final TransportOptions options() {
    return options;
  }

  /** Returns whether the provider must be found by {@link java.util.ServiceLoader}. */
  public final boolean isDiscovered() {
    return discovered;
  }

  /**
   * Returns an endpoint to listen on that nobody uses.
   *
   * @throws Exception if there is none
   */
  public final Endpoint freshEndpoint() throws Exception {
    return endpoints.call();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Trait> traits() {
    return provider.traits();
  }

  @Override
  public StreamPair open() throws Exception {
    return open(options, options);
  }

  private StreamPair open(TransportOptions listening, TransportOptions connecting)
      throws Exception {
    for (int strangers = 0; ; strangers++) {
      try (Acceptor acceptor = listen(listening)) {
        CompletableFuture<AsyncStream> accepted = acceptor.asyncAccept(CompletionToken.useFuture());
        CompletableFuture<AsyncStream> connected =
            provider.asyncConnect(
                acceptor.localEndpoint(), connecting, CompletionToken.useFuture());
        StreamPair pair =
            new StreamPair(
                connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS),
                accepted.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        boolean mayBeAStranger = acceptor.localEndpoint().port() > 0 && strangers < MOST_STRANGERS;
        if (!mayBeAStranger || !somebodyElseWaits(acceptor)) {
          return pair;
        }
        pair.client().close();
        pair.server().close();
      }
    }
  }

  /**
   * Returns whether another connection waits to be accepted: then the first was that of a stranger,
   * who was looking for somebody that had the same port before.
   */
  private static boolean somebodyElseWaits(Acceptor acceptor) throws Exception {
    CompletableFuture<AsyncStream> another = acceptor.asyncAccept(CompletionToken.useFuture());
    CompletableFuture<Void> closed = another.thenAccept(AsyncStream::close);
    for (int i = 0; i < SETTLING_ROUNDS; i++) {
      CompletableFuture.runAsync(() -> {}, acceptor.executor())
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    return closed.isDone() && !closed.isCompletedExceptionally();
  }

  /**
   * Listens on an endpoint that nobody uses.
   *
   * @param listening the options
   * @throws Exception if that fails, or the acceptor's endpoint cannot be connected to
   */
  public final Acceptor listen(TransportOptions listening) throws Exception {
    Acceptor acceptor = provider.listen(freshEndpoint(), listening);
    Endpoint real = acceptor.localEndpoint();
    if (real.port() == 0) {
      acceptor.close();
      throw new Violation(
          Rule.of("P3.5"),
          "localEndpoint() is " + real + ", and nobody can connect to port 0",
          null);
    }
    return acceptor;
  }

  /** Uses the socket option {@code SO_LINGER} with zero seconds, where the provider knows it. */
  @Override
  public @Nullable StreamPair openForReset() throws Exception {
    try {
      return open(options, options.with(StandardSocketOptions.SO_LINGER, 0));
    } catch (IllegalArgumentException e) {
      return null; // the provider has no such option
    }
  }

  /**
   * An address at which nobody answers a connect: it neither succeeds nor is refused.
   *
   * @param endpoint the address
   * @param held what keeps it silent; closed by the kit when it is not needed any more
   */
  public record SilentPeer(Endpoint endpoint, Closeable held) implements Closeable {
    @Override
    public void close() throws IOException {
      held.close();
    }
  }

  /**
   * Makes an address at which nobody answers a connect, for the rules of cancellations and timeouts
   * while the network is silent. The default is a socket whose backlog is full for {@code ws}, and
   * an acceptor that accepts nothing for every other scheme. Where a connect to it ends by itself,
   * or for null, these rules are left untested.
   *
   * @throws Exception if that fails, which fails the check
   */
  public @Nullable SilentPeer openSilentPeer() throws Exception {
    if (freshEndpoint().transport().equals("ws")) {
      FullBacklog full = FullBacklog.open();
      return full == null ? null : new SilentPeer(full.endpoint(), full);
    }
    if (!provider.traits().contains(Trait.LISTEN)) {
      return null;
    }
    Acceptor acceptor = listen(options);
    return new SilentPeer(acceptor.localEndpoint(), acceptor);
  }
}
