// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import io.plywire.transport.Endpoint;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.TransportOptions;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pipe on a manual executor, and a look for what has leaked at the end. Use it in a {@code try}
 * block.
 */
public final class Rig implements AutoCloseable {
  public static final Endpoint ENDPOINT = Endpoint.parse("ws://localhost:80/");

  public final ManualExecutor executor = new ManualExecutor();
  public final InMemoryPipe pipe;

  private final List<Result<?>> results = new ArrayList<>();

  public Rig() {
    this(InMemoryPipe.DEFAULT_WINDOW_BYTES);
  }

  public Rig(int window) {
    pipe = InMemoryPipe.builder(executor).windowBytes(window).build();
  }

  /** A stream with addresses, as those of sockets have. */
  static final class Addressed extends ForwardingStream implements PeerAddress {
    private final SocketAddress local;
    private final SocketAddress remote;

    Addressed(AsyncStream next, SocketAddress local, SocketAddress remote) {
      super(next);
      this.local = local;
      this.remote = remote;
    }

    @Override
    public SocketAddress localAddress() {
      return local;
    }

    @Override
    public SocketAddress remoteAddress() {
      return remote;
    }
  }

  public <T> Result<T> result() {
    Result<T> result = new Result<>();
    results.add(result);
    return result;
  }

  public void run() {
    executor.runUntilIdle(1_000_000);
  }

  public void advance(Duration time) {
    executor.advance(time);
  }

  public void advanceMillis(long millis) {
    advance(Duration.ofMillis(millis));
  }

  public Result<AsyncStream> wrap(AsyncStream next, Role role, TransportOptions options) {
    Result<AsyncStream> result = result();
    new ProxyProtocol().asyncWrap(next, role, ENDPOINT, options, result);
    return result;
  }

  public Result<AsyncStream> wrap(AsyncStream next, RateLimit limit, TransportOptions options) {
    Result<AsyncStream> result = result();
    limit.asyncWrap(next, Role.SERVER, ENDPOINT, options, result);
    return result;
  }

  public Result<Void> read(AsyncStream from, ByteBuffer target) {
    Result<Void> result = result();
    from.asyncReadSome(target, result);
    return result;
  }

  public Result<Void> await(AsyncStream stream) {
    Result<Void> result = result();
    stream.asyncWait(WaitType.READ, result);
    return result;
  }

  public Result<Void> write(AsyncStream to, ByteBuffer... sources) {
    Result<Void> result = result();
    to.asyncWriteSome(sources, result);
    return result;
  }

  public Result<Void> tearDown(AsyncStream stream) {
    Result<Void> result = result();
    stream.asyncTeardown(Role.CLIENT, result);
    return result;
  }

  /** Writes all of it to what has room for it. */
  public void send(AsyncStream to, byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      Result<Void> result = write(to, source);
      run();
      assertThat(result.moved()).isPositive();
    }
  }

  /** Reads what is there. */
  public byte[] receive(AsyncStream from, int most) {
    ByteBuffer target = ByteBuffer.allocate(most);
    Result<Void> result = read(from, target);
    run();
    result.moved();
    return Arrays.copyOf(target.array(), target.position());
  }

  /** Closes both ends; whatever was begun has ended once then, and nothing is left. */
  @Override
  public void close() {
    pipe.client().close();
    pipe.server().close();
    run();
    assertThat(results).as("operations that have not ended").allMatch(Result::isDone);
    assertThat(executor.pendingTimers()).as("timers").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers lent").isZero();
    assertThat(pipe.client().outstanding()).isEmpty();
    assertThat(pipe.server().outstanding()).isEmpty();
  }
}
