// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * TLS over one pipe on a manual executor, and a look for leaks at the end. Use it in a {@code try}
 * block.
 */
final class Harness implements AutoCloseable {
  private static final long MAX_TASKS = 5_000_000;

  final ManualExecutor executor = new ManualExecutor();
  final InMemoryPipe pipe;

  /** The server's own pipe, if there are relays between the two; else the same one. */
  final InMemoryPipe serverPipe;

  final Relay toServer;
  final Relay toClient;
  final TestEngine.@Nullable Session clientEngine; // null between relays
  final TestEngine.@Nullable Session serverEngine;
  TlsStream client;
  TlsStream server;

  private final List<AsyncStream> streams = new ArrayList<>();
  private final List<Result<?>> results = new ArrayList<>();

  Harness() {
    this(TestEngine.JDK, TestEngine.TLS13);
  }

  Harness(TestEngine engine, String protocol) {
    this(engine, engine, protocol, builder -> builder);
  }

  Harness(
      TestEngine client,
      TestEngine server,
      String protocol,
      UnaryOperator<InMemoryPipe.Builder> shape) {
    this(
        client.session(Role.CLIENT, protocol), server.session(Role.SERVER, protocol), shape, false);
  }

  private Harness(
      TestEngine.@Nullable Session clientEngine,
      TestEngine.@Nullable Session serverEngine,
      UnaryOperator<InMemoryPipe.Builder> shape,
      boolean relayed) {
    this.clientEngine = clientEngine;
    this.serverEngine = serverEngine;
    pipe = shape.apply(InMemoryPipe.builder(executor)).build();
    serverPipe = relayed ? InMemoryPipe.create(executor) : pipe;
    toServer = new Relay(pipe.server(), serverPipe.client());
    toClient = new Relay(serverPipe.client(), pipe.server());
    if (relayed) {
      streams.add(pipe.server());
      streams.add(serverPipe.client());
    }
    streams.add(clientEnd());
    streams.add(serverEnd());
  }

  /** Makes one with relays between the two ends, which must be started, and without engines. */
  static Harness relayed() {
    return new Harness(null, null, builder -> builder, true);
  }

  InMemoryStream clientEnd() {
    return pipe.client();
  }

  InMemoryStream serverEnd() {
    return serverPipe.server();
  }

  /** Makes a handler whose runs are counted at the end. */
  <T> Result<T> result(String name) {
    Result<T> result = new Result<>(name);
    results.add(result);
    return result;
  }

  void run() {
    executor.runUntilIdle(MAX_TASKS);
  }

  Result<TlsStream> startClient() {
    return start(clientEnd(), clientEngine);
  }

  Result<TlsStream> startServer() {
    return start(serverEnd(), serverEngine);
  }

  /** Starts a handshake whose handler is counted at the end. */
  void start(AsyncStream next, ConnectionEngine session, Handler<TlsStream> then) {
    Result<TlsStream> result = result("handshake over " + next);
    TlsStream.asyncHandshake(
        next,
        session,
        Duration.ofSeconds(10),
        result.then(() -> then.completed(result.error(), result.anyValue())));
  }

  /** Makes a handler that goes on, and is counted at the end. */
  IoHandler io(String name, IoHandler then) {
    Result<Void> result = result(name);
    return result.then(() -> then.completed(result.error(), result.bytes()));
  }

  Result<TlsStream> start(AsyncStream next, TestEngine.Session session) {
    Result<TlsStream> result = result("handshake over " + next);
    TlsStream.asyncHandshake(next, session, Duration.ofSeconds(10), result);
    return result;
  }

  /** Opens both sides to each other. */
  Harness open() {
    Result<TlsStream> opening = startClient();
    Result<TlsStream> accepting = startServer();
    run();
    client = opening.value();
    server = accepting.value();
    streams.add(client);
    streams.add(server);
    return this;
  }

  /** Closes this stream at the end, too. */
  <S extends AsyncStream> S track(S stream) {
    streams.add(stream);
    return stream;
  }

  Result<Void> read(AsyncStream stream, ByteBuffer target) {
    Result<Void> result = result("read");
    stream.asyncReadSome(target, (IoHandler) result);
    return result;
  }

  Result<Void> write(AsyncStream stream, ByteBuffer... sources) {
    Result<Void> result = result("write");
    stream.asyncWriteSome(sources, (IoHandler) result);
    return result;
  }

  /** Writes, and lets it happen. */
  Result<Void> written(AsyncStream stream, ByteBuffer... sources) {
    Result<Void> result = write(stream, sources);
    run();
    return result;
  }

  Result<Void> await(AsyncStream stream) {
    Result<Void> result = result("wait");
    stream.asyncWait(WaitType.READ, (IoHandler) result);
    return result;
  }

  Result<Void> tearDown(AsyncStream stream, Role role) {
    Result<Void> result = result("teardown");
    stream.asyncTeardown(role, (IoHandler) result);
    return result;
  }

  /** Sends bytes one way and demands that they arrive. */
  void transfer(AsyncStream from, AsyncStream to, byte[] content) {
    Transfer transfer = new Transfer(from, to, content);
    transfer.start();
    run();
    transfer.assertComplete();
  }

  private Transfer transfer;

  /** Starts a transfer, here and now. */
  void transferStarted(AsyncStream from, AsyncStream to, byte[] content) {
    transfer = new Transfer(from, to, content);
    transfer.start();
  }

  void assertTransferred() {
    transfer.assertComplete();
  }

  static byte[] random(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** Ends everything and demands that nothing is left. */
  @Override
  public void close() {
    for (AsyncStream stream : streams) {
      stream.close();
    }
    run();
    assertNothingLeft();
  }

  void assertNothingLeft() {
    for (Result<?> result : results) {
      assertThat(result.runs()).as("runs of the handler of %s", result).isEqualTo(1);
    }
    assertThat(clientEnd().outstanding()).as("outstanding on the client's end").isEmpty();
    assertThat(serverEnd().outstanding()).as("outstanding on the server's end").isEmpty();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers not returned").isZero();
    if (client != null) {
      assertThat(clientEngine.releases).as("releases of the client's engine").isEqualTo(1);
      assertThat(serverEngine.releases).as("releases of the server's engine").isEqualTo(1);
    }
  }
}
