// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import static io.plywire.stream.CompletionToken.useBlocking;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryOptions;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A real transport for a test: its own event loops, a place to listen on, validators on every
 * connection. Closing it ends the loops and reports what the validators found.
 */
public final class Network implements AutoCloseable {
  /** Bounds every wait; never reached unless something hangs. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Which transport. */
  public enum Kind {
    TCP,
    UNIX,
    MEMORY
  }

  /** Both ends of a connection. */
  public record Pair(WebSocketStream client, WebSocketStream server) implements AutoCloseable {
    /** Ends both sides at once. */
    @Override
    public void close() {
      client.abort();
      server.abort();
    }
  }

  private final NioEventLoopGroup group;
  private final List<InMemoryLoop> memoryLoops = new ArrayList<>();
  private final List<StreamExecutor> executors = new ArrayList<>();
  private final TappedTransport transport;
  private final TappedTransport clientTransport;
  private final String uri;
  private TransportOptions listening = TransportOptions.defaults();
  private final Path directory;
  private final List<WebSocketServer> servers = new ArrayList<>();

  public Network(Kind kind) {
    this(kind, inner -> inner);
  }

  /** Makes a network whose transports are wrapped, for example in TLS. */
  public Network(Kind kind, UnaryOperator<TransportProvider> wrapping) {
    if (kind == Kind.MEMORY) {
      group = null;
      directory = null;
      InMemoryRegistry registry = new InMemoryRegistry();
      transport = tap(wrapping, new InMemoryTransport(memoryLoop("server"), registry));
      clientTransport = tap(wrapping, new InMemoryTransport(memoryLoop("client"), registry));
      uri = "ws+memory://test/";
      // All clients of a test may come at once, and handshakes of TLS take their time.
      listening = listening.with(InMemoryOptions.BACKLOG, 1000);
      executors.addAll(memoryLoops);
      return;
    }
    group = new NioEventLoopGroup(2);
    executors.addAll(group.loops());
    transport = tap(wrapping, new NioTransport(group));
    clientTransport = transport;
    if (kind == Kind.TCP) {
      directory = null;
      uri = "ws://127.0.0.1:0/";
      return;
    }
    try {
      directory = Files.createTempDirectory("plywire");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    uri = "ws+unix:" + directory.resolve("test.sock") + ":/";
  }

  private static TappedTransport tap(
      UnaryOperator<TransportProvider> wrapping, TransportProvider transport) {
    return new TappedTransport(wrapping.apply(transport));
  }

  private InMemoryLoop memoryLoop(String name) {
    InMemoryLoop loop = new InMemoryLoop("test-" + name);
    memoryLoops.add(loop);
    return loop;
  }

  /** Options whose limits and deadlines do not get into a test's way. */
  public static WebSocketOptions options() {
    return WebSocketOptions.defaults();
  }

  /** Listens; the server is closed with the network. */
  public WebSocketServer listen(WebSocketOptions options, WebSocketServer.ConnectionHandler handler)
      throws IOException {
    WebSocketServer server =
        WebSocketServer.builder()
            .transport(transport)
            .transportOptions(listening)
            .options(options)
            .listen(uri, handler);
    servers.add(server);
    return server;
  }

  public WebSocketClient client(WebSocketOptions options) {
    return client(options, TransportOptions.defaults());
  }

  public WebSocketClient client(WebSocketOptions options, TransportOptions transportOptions) {
    return WebSocketClient.builder()
        .transport(clientTransport)
        .transportOptions(transportOptions)
        .options(options)
        .build();
  }

  /** Connects to a server of this network. */
  public WebSocketStream connect(WebSocketServer server) throws IOException {
    return client(options()).asyncConnect(server.endpoint(), useBlocking());
  }

  /** Makes connections whose both ends are in the test's hands, one by one. */
  public final class Pairs implements AutoCloseable {
    private final BlockingQueue<WebSocketStream> accepted = new LinkedBlockingQueue<>();
    private final WebSocketServer server;
    private final WebSocketClient client;

    private Pairs(WebSocketOptions options, TransportOptions transportOptions) throws IOException {
      server =
          WebSocketServer.builder()
              .transport(transport)
              .transportOptions(transportOptions)
              .options(options)
              .listen(uri, (stream, request) -> accepted.add(stream));
      servers.add(server);
      client = client(options, transportOptions);
    }

    public Pair next() throws Exception {
      WebSocketStream opened = client.asyncConnect(server.endpoint(), useBlocking());
      WebSocketStream met = accepted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(met).as("accepted stream").isNotNull();
      return new Pair(opened, met);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  public Pairs pairs(WebSocketOptions options) throws IOException {
    return pairs(options, TransportOptions.defaults());
  }

  public Pairs pairs(WebSocketOptions options, TransportOptions transportOptions)
      throws IOException {
    return new Pairs(options, transportOptions);
  }

  /** Opens one connection. */
  public Pair pair(WebSocketOptions options) throws Exception {
    try (Pairs pairs = pairs(options)) {
      return pairs.next();
    }
  }

  /** Returns the validator of what a stream of this network sends. */
  public TappedTransport.Tap tap(WebSocketStream stream) {
    return (stream.role() == io.plywire.stream.Role.CLIENT ? clientTransport : transport)
        .tapOf(stream.nextLayer());
  }

  /** Forgets the connections so far. */
  public void forget() {
    transport.forget();
    clientTransport.forget();
  }

  /** Returns when everything that the loops had to do has been done. */
  public void settle() {
    for (int round = 0; round < 3; round++) { // what one loop does may give the other something
      for (StreamExecutor executor : executors) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        executor.execute(() -> reached.complete(null));
        get(reached);
      }
    }
  }

  /** Returns the names of this network's threads, so far as they share a beginning. */
  public List<String> executorNames() {
    return executors.stream().map(Object::toString).toList();
  }

  /** Waits for a future, with patience. */
  public static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("nothing within " + PATIENCE, e);
    }
  }

  /** Waits for a future that fails, and returns the failure. */
  public static Throwable failure(CompletableFuture<?> future) {
    try {
      Object value = future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("succeeded: " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("nothing within " + PATIENCE, e);
    }
  }

  @Override
  public void close() throws IOException {
    servers.forEach(WebSocketServer::close);
    if (group != null) {
      group.close();
      try {
        assertThat(group.awaitTermination(PATIENCE)).as("the loops end").isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while the loops end", e);
      }
    }
    memoryLoops.forEach(InMemoryLoop::close);
    if (directory != null) {
      Files.deleteIfExists(directory.resolve("test.sock"));
      Files.delete(directory);
    }
    transport.check();
    clientTransport.check();
  }
}
