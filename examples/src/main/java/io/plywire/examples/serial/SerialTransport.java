// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.serial;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.spi.Availability;
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
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Opens lines; {@code ws+serial://host:port/}. It cannot listen. */
public final class SerialTransport implements TransportProvider {
  static final Executor THREADS =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "serial-line");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public String name() {
    return "serial";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("blocking sockets");
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(
        Trait.TOTAL_CANCELLATION, Trait.PARTIAL_CANCELLATION, Trait.READINESS, Trait.HALF_CLOSE);
  }

  @Override
  public Set<String> schemes() {
    return Set.of("ws+serial");
  }

  @Override
  public StreamExecutor executor() {
    return InMemoryLoop.shared();
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    if (!remote.transport().equals("ws+serial") || !options.all().isEmpty()) {
      throw new IllegalArgumentException(remote + " with " + options + " is not for a serial line");
    }
    StreamExecutor executor = Objects.requireNonNullElse(options.executor(), executor());
    Socket line = new Socket();
    new OneShotOperation<AsyncStream>(executor, handler) {
      @Override
      protected void start() {
        limit(options.connectTimeout());
        THREADS.execute(this::dial);
      }

      private void dial() {
        try {
          line.connect(new InetSocketAddress(remote.address(), remote.port()));
          SerialStream stream = new SerialStream(line, executor);
          executor.execute(() -> succeed(stream));
        } catch (IOException e) {
          String message = remote + ": " + e.getMessage();
          executor.execute(() -> fail(new StreamException(StreamError.REFUSED, message, e)));
        }
      }

      @Override
      protected void ended(@Nullable IOException error) {
        if (error != null) {
          closeQuietly(line); // which ends connect(), if that is still under way
        }
      }

      @Override
      public String toString() {
        return "connecting to " + remote;
      }
    }.initiate();
  }
}
