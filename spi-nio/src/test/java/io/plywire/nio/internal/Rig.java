// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.NioEventLoop;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A group of loops with what a test needs to work on them. */
final class Rig implements AutoCloseable {
  final NioEventLoopGroup group;

  Rig(int loops) {
    group = new NioEventLoopGroup(loops);
  }

  SelectorLoop loop() {
    return (SelectorLoop) group.loops().get(0);
  }

  Acceptor listen(Wire wire) throws IOException {
    return Listening.listen(group, wire.freshEndpoint(), wire.options);
  }

  Acceptor listen(Endpoint endpoint, TransportOptions options) throws IOException {
    return Listening.listen(group, endpoint, options);
  }

  Outcome<AsyncStream> connect(Endpoint endpoint, TransportOptions options) {
    Outcome<AsyncStream> outcome = new Outcome<>();
    Sockets.connect(group::next, endpoint, options, outcome);
    return outcome;
  }

  /** Connects two streams of this rig. */
  Pair pair(Wire wire) throws IOException {
    return pair(wire, wire.options);
  }

  Pair pair(Wire wire, TransportOptions options) throws IOException {
    try (Acceptor acceptor = listen(wire.freshEndpoint(), options)) {
      Outcome<AsyncStream> accepted = accept(acceptor);
      AsyncStream client = connect(acceptor.localEndpoint(), options).awaitResult();
      return new Pair((NioStream) client, (NioStream) accepted.awaitResult());
    }
  }

  static Outcome<AsyncStream> accept(Acceptor acceptor) {
    Outcome<AsyncStream> accepted = new Outcome<>();
    acceptor.asyncAccept(accepted);
    return accepted;
  }

  /** Connects a stream of this rig to a plain socket, whose misbehaviour the test decides. */
  Plain plain(Wire wire) throws IOException {
    return plain(wire, wire.options);
  }

  Plain plain(Wire wire, TransportOptions options) throws IOException {
    try (Acceptor acceptor = listen(wire.freshEndpoint(), options)) {
      Outcome<AsyncStream> accepted = accept(acceptor);
      SocketChannel peer = SocketChannel.open(address(acceptor.localEndpoint()));
      return new Plain((NioStream) accepted.awaitResult(), peer);
    }
  }

  static SocketAddress address(Endpoint endpoint) {
    return endpoint.port() < 0
        ? UnixDomainSocketAddress.of(endpoint.address())
        : new InetSocketAddress(endpoint.address(), endpoint.port());
  }

  /** Runs something on a loop and waits for it. */
  static <T> T onLoop(NioEventLoop loop, Callable<T> what) {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            done.complete(what.call());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    try {
      return done.get(Outcome.SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError("the loop did not answer", e);
    }
  }

  static void runOnLoop(NioEventLoop loop, Runnable what) {
    onLoop(
        loop,
        () -> {
          what.run();
          return null;
        });
  }

  /** Returns when the loop has been through all its turns for what was there before the call. */
  static void settle(NioEventLoop loop) {
    for (int i = 0; i < 3; i++) {
      runOnLoop(loop, () -> {});
    }
  }

  @Override
  public void close() {
    group.close();
    try {
      assertThat(group.awaitTermination(Duration.ofSeconds(Outcome.SECONDS))).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Two ends. */
  record Pair(NioStream client, NioStream server) implements AutoCloseable {
    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  /** A stream and its peer, a blocking socket. */
  record Plain(NioStream stream, SocketChannel peer) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
      peer.close();
    }
  }

  // ---------------------------------------------------------------- bytes

  static Outcome<Void> read(AsyncStream stream, ByteBuffer target) {
    Outcome<Void> outcome = new Outcome<>();
    stream.asyncReadSome(target, outcome);
    return outcome;
  }

  static Outcome<Void> write(AsyncStream stream, ByteBuffer... sources) {
    Outcome<Void> outcome = new Outcome<>();
    stream.asyncWriteSome(sources, outcome);
    return outcome;
  }

  /** Reads until the buffer is full. */
  static void readFully(AsyncStream stream, ByteBuffer target) {
    while (target.hasRemaining()) {
      read(stream, target).awaitBytes();
    }
  }

  /** Writes until the buffers are empty. */
  static void writeFully(AsyncStream stream, ByteBuffer... sources) {
    while (remaining(sources) > 0) {
      write(stream, sources).awaitBytes();
    }
  }

  static long remaining(ByteBuffer... buffers) {
    long remaining = 0;
    for (ByteBuffer buffer : buffers) {
      remaining += buffer.remaining();
    }
    return remaining;
  }

  /** Returns bytes that tell their place. */
  static ByteBuffer pattern(ByteBuffer buffer, int from) {
    for (int i = buffer.position(); i < buffer.limit(); i++) {
      buffer.put(i, at(from + i - buffer.position()));
    }
    return buffer;
  }

  static byte at(int place) {
    return (byte) (place * 31 + (place >>> 8) * 7 + (place >>> 16));
  }

  static void assertPattern(ByteBuffer buffer, int from) {
    for (int i = 0; i < buffer.remaining(); i++) {
      if (buffer.get(buffer.position() + i) != at(from + i)) {
        throw new AssertionError("byte " + i + " of " + buffer + " is wrong");
      }
    }
  }
}
