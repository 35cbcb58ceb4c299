// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.aio;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.CompletionAcceptor;
import io.plywire.spi.ExecutorAdapter;
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
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Connects and listens by TCP; {@code ws+aio://host:port/}. */
public final class AioTransport implements TransportProvider {
  static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "aio");
            thread.setDaemon(true);
            return thread;
          });
  private static final List<ExecutorAdapter> EXECUTORS =
      Stream.generate(() -> new ExecutorAdapter(THREADS)).limit(8).toList();

  /**
   * Made when they are used, for making a provider must be cheap. Listening has one of its own: the
   * JDK may forget a connect if a listening channel of the same group is closed meanwhile.
   */
  static final class Groups {
    static final AsynchronousChannelGroup LISTENING = make();
    static final AsynchronousChannelGroup CONNECTING = make();

    private static AsynchronousChannelGroup make() {
      try {
        return AsynchronousChannelGroup.withCachedThreadPool(THREADS, 1);
      } catch (IOException e) {
        throw new IllegalStateException("the system refuses a channel group", e);
      }
    }
  }

  @Override
  public String name() {
    return "aio";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("asynchronous channels of the JDK");
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.ADDRESSES));
  }

  @Override
  public Set<String> schemes() {
    return Set.of("ws+aio");
  }

  @Override
  public StreamExecutor executor() {
    return EXECUTORS.get(ThreadLocalRandom.current().nextInt(EXECUTORS.size()));
  }

  private StreamExecutor executor(Endpoint endpoint, TransportOptions options) {
    if (!endpoint.transport().equals("ws+aio") || !options.all().isEmpty()) {
      throw new IllegalArgumentException(endpoint + " with " + options + " is not for AIO");
    }
    StreamExecutor chosen = options.executor();
    return chosen != null ? chosen : executor();
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    StreamExecutor executor = executor(remote, options);
    new ConnectOperation(executor, remote, options, handler).initiate();
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    StreamExecutor executor = executor(local, options);
    AsynchronousServerSocketChannel channel =
        AsynchronousServerSocketChannel.open(Groups.LISTENING);
    try {
      channel.bind(new InetSocketAddress(local.address(), local.port()));
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      Endpoint real = new Endpoint("ws+aio", false, local.address(), port, local.target());
      return acceptor(channel, real, executor, options);
    } catch (IOException | RuntimeException e) {
      channel.close();
      boolean inUse = String.valueOf(e.getMessage()).contains("in use");
      StreamError error = inUse ? StreamError.ADDRESS_IN_USE : StreamError.ADDRESS_UNAVAILABLE;
      throw new StreamException(error, "cannot listen on " + local + ": " + e.getMessage(), e);
    }
  }

  private Acceptor acceptor(
      AsynchronousServerSocketChannel channel,
      Endpoint real,
      StreamExecutor executor,
      TransportOptions options) {
    return new CompletionAcceptor<AsynchronousSocketChannel>(executor, real) {
      @Override
      protected void beginAccept(
          CompletionHandler<AsynchronousSocketChannel, @Nullable Object> completion) {
        channel.accept(null, completion);
      }

      @Override
      protected StreamExecutor home() {
        return AioTransport.this.executor(real, options);
      }

      @Override
      protected AsyncStream open(AsynchronousSocketChannel accepted, StreamExecutor home)
          throws IOException {
        return new AioStream(accepted, home);
      }

      @Override
      protected void closeNow() throws IOException {
        channel.close();
      }
    };
  }
}
