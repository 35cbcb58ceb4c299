// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.CompletionAcceptor;
import io.plywire.spi.OneShotOperation;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Connects and listens by blocking calls on threads; the streams have a selector. */
public final class SocketProvider implements TransportProvider {
  private static final String SCHEME = "ws+odd";

  private final String name;
  private final Duration lateness;

  /** Makes one whose listeners give their address back so long after they were closed. */
  public SocketProvider(String name, Duration lateness) {
    this.name = name;
    this.lateness = lateness;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("sockets of the JDK");
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.ADDRESSES));
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public StreamExecutor executor() {
    return Threads.executor();
  }

  private StreamExecutor executor(Endpoint endpoint, TransportOptions options) {
    if (!endpoint.transport().equals(SCHEME)) {
      throw new IllegalArgumentException(endpoint + " is not for " + name);
    }
    for (SocketOption<?> option : options.all().keySet()) {
      if (!option.equals(StandardSocketOptions.SO_LINGER)) {
        throw new IllegalArgumentException(name + " does not know the option " + option);
      }
    }
    StreamExecutor chosen = options.executor();
    return chosen != null ? chosen : executor();
  }

  private static AsyncStream stream(
      SocketChannel socket, TransportOptions options, StreamExecutor executor) throws IOException {
    for (Map.Entry<SocketOption<?>, Object> each : options.all().entrySet()) {
      socket.setOption(StandardSocketOptions.SO_LINGER, (Integer) each.getValue());
    }
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new ChannelStream(socket, executor);
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    new Connect(executor(remote, options), remote, options, handler).initiate();
  }

  private static final class Connect extends OneShotOperation<AsyncStream> {
    private final Endpoint remote;
    private final TransportOptions options;
    private SocketChannel socket;

    Connect(
        StreamExecutor executor,
        Endpoint remote,
        TransportOptions options,
        Handler<AsyncStream> handler) {
      super(executor, handler);
      this.remote = remote;
      this.options = options;
    }

    @Override
    protected void start() {
      limit(options.connectTimeout());
      try {
        socket = SocketChannel.open();
      } catch (IOException e) {
        fail(new StreamException(StreamError.UNREACHABLE, this + ": " + e.getMessage(), e));
        return;
      }
      SocketChannel opened = socket;
      Threads.BLOCKING.execute(() -> connect(opened));
    }

    private void connect(SocketChannel opened) {
      InetSocketAddress address = new InetSocketAddress(remote.address(), remote.port());
      try {
        if (address.isUnresolved()) {
          throw new StreamException(StreamError.UNRESOLVED, "nobody knows " + remote);
        }
        opened.connect(address);
        streamExecutor().execute(() -> connected(opened));
      } catch (IOException e) {
        closeQuietly(opened);
        streamExecutor().execute(() -> refused(e));
      }
    }

    private void connected(SocketChannel opened) {
      if (isOver()) {
        closeQuietly(opened);
        return;
      }
      try {
        succeed(stream(opened, options, streamExecutor()));
      } catch (IOException e) {
        refused(e);
      }
    }

    private void refused(IOException e) {
      fail(
          e instanceof StreamException known
              ? known
              : new StreamException(StreamError.REFUSED, this + ": " + e.getMessage(), e));
    }

    @Override
    protected void ended(IOException error) {
      if (error != null) {
        closeQuietly(socket); // which ends connect(), if that is under way
      }
    }

    @Override
    public String toString() {
      return "connecting to " + remote;
    }
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    StreamExecutor executor = executor(local, options);
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(local.address(), local.port()));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      return new Listening(executor, local.withPort(port), listener, options);
    } catch (IOException e) {
      listener.close();
      throw new StreamException(StreamError.ADDRESS_IN_USE, local + ": " + e.getMessage(), e);
    }
  }

  private final class Listening extends CompletionAcceptor<SocketChannel> {
    private final ServerSocketChannel listener;
    private final TransportOptions options;

    Listening(
        StreamExecutor executor,
        Endpoint local,
        ServerSocketChannel listener,
        TransportOptions options) {
      super(executor, local);
      this.listener = listener;
      this.options = options;
    }

    @Override
    protected void beginAccept(CompletionHandler<SocketChannel, Object> completion) {
      Threads.BLOCKING.execute(
          () -> {
            SocketChannel accepted;
            try {
              accepted = listener.accept();
            } catch (IOException e) {
              completion.failed(e, null);
              return;
            }
            completion.completed(accepted, null);
          });
    }

    @Override
    protected AsyncStream open(SocketChannel accepted, StreamExecutor home) throws IOException {
      return stream(accepted, options, home);
    }

    @Override
    protected void closeNow() throws IOException {
      if (lateness.isZero()) {
        listener.close();
      } else {
        executor().schedule(lateness, this::closeLate);
      }
    }

    private void closeLate() {
      try {
        listener.close();
      } catch (IOException e) {
        System.getLogger("odd").log(System.Logger.Level.DEBUG, "closing failed", e);
      }
    }
  }
}
