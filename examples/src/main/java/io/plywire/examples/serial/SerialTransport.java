// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.serial;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.spi.Availability;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
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
import java.util.concurrent.atomic.AtomicReference;
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
    AtomicReference<@Nullable CancellationType> cancelled = new AtomicReference<>();
    handler
        .cancellationSlot()
        .assign(
            (id, type) -> {
              cancelled.set(type);
              close(line); // which ends connect()
            },
            0);
    int millis = (int) options.connectTimeout().toMillis();
    THREADS.execute(
        () -> {
          IOException error = null;
          try {
            line.connect(new InetSocketAddress(remote.address(), remote.port()), millis);
          } catch (IOException e) {
            error = new StreamException(StreamError.REFUSED, remote + ": " + e.getMessage(), e);
          }
          handler.cancellationSlot().clear();
          CancellationType type = cancelled.get();
          if (type != null) {
            error = StreamException.cancelled(type, "connecting to " + remote + " was cancelled");
          }
          AsyncStream stream = error == null ? new SerialStream(line, executor) : null;
          Completions.post(handler, executor, error, stream);
        });
  }

  static void close(Socket line) {
    try {
      line.close();
    } catch (IOException e) {
      throw new IllegalStateException(line + " cannot be closed", e);
    }
  }
}
