// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import io.plywire.nio.internal.Listening;
import io.plywire.nio.internal.Sockets;
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
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TCP ({@code ws}) and Unix-domain sockets ({@code ws+unix}) on selector event loops.
 *
 * <p>{@link java.util.ServiceLoader} finds it under the name {@code nio}; the constructors work
 * without. What can be set is listed in {@link NioOptions}. A stream that was connected or accepted
 * stays on one loop of the group; {@link TransportOptions#withExecutor} chooses which.
 *
 * <p>Beyond the contract of {@link AsyncStream}:
 *
 * <ul>
 *   <li>a read, wait or write that is cancelled has transferred nothing, and whichever type was
 *       asked for, the stream stays usable;
 *   <li>a write that was accepted may still be in the stream's own buffer, see {@link
 *       NioOptions#COALESCE}; the window of a stream is that buffer, at most 64 KiB, and those of
 *       the system's sockets;
 *   <li>a teardown fails with {@link io.plywire.stream.StreamError#TIMEOUT} if the peer does not
 *       take what was written within 10 seconds, does not end its side within 2 seconds, or sends
 *       more than 16 MiB meanwhile; and with {@link io.plywire.stream.StreamError#RESET} if the
 *       peer breaks off, since what was sent last may then not have arrived;
 *   <li>closing tries once to write what was accepted, without waiting.
 * </ul>
 */
public final class NioTransport implements TransportProvider {
  private final @Nullable NioEventLoopGroup group; // null: the shared one, taken when needed

  /** Makes a transport on the {@linkplain NioEventLoopGroup#shared() shared} group. */
  public NioTransport() {
    this.group = null;
  }

  /**
   * Makes a transport on a group.
   *
   * @param group where streams and acceptors live; remains the caller's to close
   */
  public NioTransport(NioEventLoopGroup group) {
    this.group = Objects.requireNonNull(group, "group");
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("Java NIO, " + SelectorProvider.provider().getClass().getName());
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(
        Trait.TOTAL_CANCELLATION,
        Trait.PARTIAL_CANCELLATION,
        Trait.READINESS,
        Trait.HALF_CLOSE,
        Trait.LISTEN,
        Trait.ADDRESSES);
  }

  @Override
  public Set<String> schemes() {
    return Set.of(Sockets.TCP, Sockets.UNIX);
  }

  @Override
  public StreamExecutor executor() {
    return nextLoop();
  }

  @Override
  public void checkConnect(Endpoint remote, TransportOptions options) {
    Sockets.check(remote, options);
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    Objects.requireNonNull(handler, "handler");
    Sockets.connect(this::nextLoop, remote, options, handler);
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    return Listening.listen(group(), local, options);
  }

  private NioEventLoop nextLoop() {
    return group().next();
  }

  private NioEventLoopGroup group() {
    NioEventLoopGroup own = group;
    return own == null ? NioEventLoopGroup.shared() : own;
  }

  @Override
  public String toString() {
    return "NioTransport[" + (group == null ? "shared" : group.toString()) + "]";
  }
}
