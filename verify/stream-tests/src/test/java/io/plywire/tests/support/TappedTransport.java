// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A transport that puts a {@link WireValidator} on what each of its streams sends. */
public final class TappedTransport implements TransportProvider {
  /** A stream and the validator of what it sends. */
  public record Tap(Tapped stream, WireValidator sent) {}

  private final TransportProvider inner;
  private final List<Tap> taps = new CopyOnWriteArrayList<>();

  public TappedTransport(TransportProvider inner) {
    this.inner = inner;
  }

  /** Fails if anything was sent that the protocol does not allow. */
  public void check() {
    taps.forEach(tap -> tap.stream().check());
  }

  /** Returns the tap below a stream. */
  public Tap tapOf(AsyncStream stream) {
    Tapped tapped = stream.layer(Tapped.class);
    return taps.stream().filter(tap -> tap.stream() == tapped).findFirst().orElseThrow();
  }

  /** Forgets the streams so far, after a {@link #check}. */
  public void forget() {
    check();
    taps.clear();
  }

  private AsyncStream tap(AsyncStream stream, boolean client) {
    WireValidator sent =
        new WireValidator((client ? "client " : "server ") + stream, client, true).forgetful();
    Tapped tapped = new Tapped(stream, sent, client ? sent.responses() : bytes -> {});
    taps.add(new Tap(tapped, sent));
    return tapped;
  }

  private Handler<AsyncStream> tapping(Handler<AsyncStream> handler, boolean client) {
    return new Handler<>() {
      @Override
      public void completed(IOException error, AsyncStream stream) {
        handler.completed(error, stream == null ? null : tap(stream, client));
      }

      @Override
      public Executor executor() {
        return handler.executor();
      }

      @Override
      public Executor immediateExecutor() {
        return handler.immediateExecutor();
      }

      @Override
      public CancellationSlot cancellationSlot() {
        return handler.cancellationSlot();
      }
    };
  }

  @Override
  public void checkConnect(Endpoint remote, TransportOptions options) {
    inner.checkConnect(remote, options);
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    inner.asyncConnect(remote, options, tapping(handler, true));
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    Acceptor acceptor = inner.listen(local, options);
    return new Acceptor() {
      @Override
      public Endpoint localEndpoint() {
        return acceptor.localEndpoint();
      }

      @Override
      public StreamExecutor executor() {
        return acceptor.executor();
      }

      @Override
      public void asyncAccept(Handler<AsyncStream> handler) {
        acceptor.asyncAccept(tapping(handler, false));
      }

      @Override
      public void close() {
        acceptor.close();
      }

      @Override
      public boolean isOpen() {
        return acceptor.isOpen();
      }
    };
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public int spiVersion() {
    return inner.spiVersion();
  }

  @Override
  public Availability availability() {
    return inner.availability();
  }

  @Override
  public Set<Trait> traits() {
    return inner.traits();
  }

  @Override
  public Set<String> schemes() {
    return inner.schemes();
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }
}
