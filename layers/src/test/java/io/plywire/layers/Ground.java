// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.tck.StreamPair;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What the layers stand on in the test kit. Its loops are daemons and end with the tests. */
public enum Ground {
  SOCKETS {
    @Override
    TransportProvider open() throws IOException {
      return new NioTransport(new NioEventLoopGroup(2));
    }
  },
  MEMORY {
    @Override
    TransportProvider open() {
      return new InMemoryTransport(new InMemoryLoop("layers"), new InMemoryRegistry());
    }
  };

  private static final TransportOptions DEFAULTS = TransportOptions.defaults();

  private TransportProvider transport;
  private Acceptor acceptor;

  abstract TransportProvider open() throws IOException;

  private synchronized void listen() {
    if (acceptor == null) {
      String uri = this == SOCKETS ? "ws://127.0.0.1:0/" : "ws+memory://layers/";
      try {
        transport = open();
        acceptor = transport.listen(Endpoint.parse(uri), DEFAULTS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Makes a connection without a layer. */
  public StreamPair connect() throws Exception {
    return connect(DEFAULTS);
  }

  /** Makes one whose client resets it on close(). */
  public StreamPair connectForReset() throws Exception {
    return connect(DEFAULTS.with(StandardSocketOptions.SO_LINGER, 0));
  }

  private StreamPair connect(TransportOptions options) throws Exception {
    listen();
    CompletableFuture<AsyncStream> accepted = acceptor.asyncAccept(CompletionToken.useFuture());
    CompletableFuture<AsyncStream> connected =
        transport.asyncConnect(acceptor.localEndpoint(), options, CompletionToken.useFuture());
    return new StreamPair(connected.get(30, TimeUnit.SECONDS), accepted.get(30, TimeUnit.SECONDS));
  }
}
