// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.tests.support.Network;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One cell of the matrix: who speaks with whom, in which version, over what. */
public record Cell(TlsEngine client, TlsEngine server, String protocol, Base base) {
  /** What is below TLS. */
  public enum Base {
    NIO,
    MEMORY
  }

  /** A place to connect within: the loops and an acceptor of one kind. */
  public static final class Ground implements AutoCloseable {
    private final @Nullable NioEventLoopGroup group;
    private final @Nullable InMemoryLoop loop;
    private final TransportProvider transport;
    private final Acceptor acceptor;

    public Ground(Base base) throws IOException {
      if (base == Base.NIO) {
        loop = null;
        group = new NioEventLoopGroup(1);
        transport = new NioTransport(group);
        acceptor = listen("ws://127.0.0.1:0/");
      } else {
        group = null;
        loop = new InMemoryLoop("matrix");
        transport = new InMemoryTransport(loop, new InMemoryRegistry());
        acceptor = listen("ws+memory://matrix/");
      }
    }

    private Acceptor listen(String uri) throws IOException {
      return transport.listen(Endpoint.parse(uri), TransportOptions.defaults());
    }

    /** Connects, without TLS: first the client's end, then the server's. */
    AsyncStream[] connect() {
      return connect(TransportOptions.defaults());
    }

    /** Connects as above, with options for the client's end. */
    public AsyncStream[] connect(TransportOptions options) {
      CompletableFuture<AsyncStream> accepted = new CompletableFuture<>();
      acceptor.asyncAccept(
          (error, stream) -> {
            if (error != null) {
              accepted.completeExceptionally(error);
            } else {
              accepted.complete(stream);
            }
          });
      AsyncStream client =
          Network.get(
              transport.asyncConnect(
                  acceptor.localEndpoint(), options, CompletionToken.useFuture()));
      return new AsyncStream[] {client, Network.get(accepted)};
    }

    @Override
    public void close() {
      acceptor.close();
      if (group != null) {
        group.close();
      }
      if (loop != null) {
        loop.close();
      }
    }
  }

  /** How the two handshakes of one connection ended, and what is below. */
  record Met(
      @Nullable TlsStream client,
      @Nullable TlsStream server,
      Throwable[] failures,
      AsyncStream[] ends)
      implements AutoCloseable {
    /** Why the client failed, or null. */
    @Nullable Throwable clientFailure() {
      return failures[0];
    }

    /** Why the server failed, or null. */
    @Nullable Throwable serverFailure() {
      return failures[1];
    }

    TlsStream theClient() {
      return there(client, failures[0]);
    }

    TlsStream theServer() {
      return there(server, failures[1]);
    }

    private static TlsStream there(@Nullable TlsStream stream, @Nullable Throwable failure) {
      if (stream == null) {
        throw new AssertionError("the handshake failed: " + failure, failure);
      }
      return stream;
    }

    @Override
    public void close() {
      if (client != null) {
        client.close();
      }
      if (server != null) {
        server.close();
      }
    }
  }

  /** Lets a client and a server shake hands over a new connection. */
  static Met meet(Ground ground, TlsContext client, TlsContext server, String host) {
    AsyncStream[] ends = ground.connect();
    CompletableFuture<TlsStream> serving =
        TlsStream.asyncHandshake(ends[1], server, null, -1, CompletionToken.useFuture());
    CompletableFuture<TlsStream> connecting =
        TlsStream.asyncHandshake(ends[0], client, host, 443, CompletionToken.useFuture());
    Throwable[] failures = new Throwable[2];
    TlsStream one = ended(connecting, failures, 0);
    TlsStream other = ended(serving, failures, 1);
    return new Met(one, other, failures, ends);
  }

  private static @Nullable TlsStream ended(
      CompletableFuture<TlsStream> handshake, Throwable[] failures, int index) {
    try {
      return handshake.get(Network.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      failures[index] = e.getCause();
      return null;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no end of the handshake within " + Network.PATIENCE, e);
    }
  }

  TlsConfig clientConfig() {
    return TlsConfig.client().withEngine(client).withProtocols(protocol);
  }

  TlsConfig serverConfig(TlsIdentity... identities) {
    return TlsConfig.server(List.of(identities)).withEngine(server).withProtocols(protocol);
  }

  boolean is13() {
    return protocol.equals("TLSv1.3");
  }

  @Override
  public String toString() {
    return client.name() + " to " + server.name() + ", " + protocol + " over " + base;
  }
}
