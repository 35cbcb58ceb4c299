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
import io.plywire.websocket.observe.WireTap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A transport that puts a {@link WireValidator} on what each of its streams sends. */
public final class TappedTransport implements TransportProvider {
  /**
   * The validator of what a stream sends. If it finds something, the conversation is not disturbed:
   * the first failure is kept for {@link #check}.
   */
  public static final class Tap implements WireTap.Observer {
    private final WireValidator sent;
    private final Consumer<ByteBuffer> received;
    private final WireTap stream;
    private volatile Throwable failure;

    private Tap(AsyncStream below, boolean client) {
      sent = new WireValidator((client ? "client " : "server ") + below, client, true).forgetful();
      received = client ? sent.responses() : bytes -> {};
      stream = new WireTap(below, this);
    }

    @Override
    public void bytes(boolean outgoing, ByteBuffer bytes) {
      if (failure == null) {
        try {
          (outgoing ? sent : received).accept(bytes);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
      }
    }

    /** Returns the validator, to be looked at when its stream is at rest. */
    public WireValidator sent() {
      return sent;
    }

    /** Fails if the validator has. */
    public void check() {
      Throwable found = failure;
      if (found != null) {
        throw new AssertionError("on " + stream + ": " + found.getMessage(), found);
      }
    }
  }

  private final TransportProvider inner;
  private final List<Tap> taps = new CopyOnWriteArrayList<>();

  public TappedTransport(TransportProvider inner) {
    this.inner = inner;
  }

  /** Fails if anything was sent that the protocol does not allow. */
  public void check() {
    taps.forEach(Tap::check);
  }

  /** Returns the tap below a stream. */
  public Tap tapOf(AsyncStream stream) {
    WireTap found = stream.layer(WireTap.class);
    return taps.stream().filter(tap -> tap.stream == found).findFirst().orElseThrow();
  }

  /** Forgets the streams so far, after a {@link #check}. */
  public void forget() {
    check();
    taps.clear();
  }

  private AsyncStream tap(AsyncStream stream, boolean client) {
    Tap tap = new Tap(stream, client);
    taps.add(tap);
    return tap.stream;
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
