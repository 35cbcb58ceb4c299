// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import io.plywire.certificates.MadeCertificate;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import io.plywire.tests.support.Network;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsLayer;
import io.plywire.tls.TlsStream;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The TLS layer for the transport test kit, by one engine over one transport. */
final class TlsSubject implements LayerSubject {
  private static final MadeCertificate AUTHORITY = MadeCertificate.authority("tck");
  private static final MadeCertificate SERVER =
      AUTHORITY.issue(MadeCertificate.Kind.P256, Case.HOST);

  private final TlsEngine engine;
  private final Cell.Base base;
  private final TlsContext client;
  private final TlsContext server;
  private Cell.Ground ground;

  TlsSubject(TlsEngine engine, Cell.Base base) {
    this.engine = engine;
    this.base = base;
    client = TlsContext.of(clientConfig());
    server = TlsContext.of(serverConfig());
  }

  private TlsConfig clientConfig() {
    return TlsConfig.client().withEngine(engine).withTrust(List.of(AUTHORITY.certificate()));
  }

  private TlsConfig serverConfig() {
    return TlsConfig.server(TlsIdentity.of(SERVER.key(), SERVER.chain())).withEngine(engine);
  }

  private TlsContext own(Role role) {
    return role == Role.CLIENT ? client : server;
  }

  /** Makes a context whose slow work goes elsewhere. */
  private TlsContext working(Role role, Executor tasks) {
    return TlsContext.of(
        role == Role.CLIENT
            ? clientConfig().withTaskExecutor(tasks)
            : serverConfig().withTaskExecutor(tasks));
  }

  @Override
  public String name() {
    return "tls by " + engine.name() + " over " + base;
  }

  /** The loops are daemons and end with the tests. */
  private synchronized Cell.Ground ground() throws IOException {
    if (ground == null) {
      ground = new Cell.Ground(base);
    }
    return ground;
  }

  @Override
  public StreamPair openBelow() throws IOException {
    AsyncStream[] ends = ground().connect();
    return new StreamPair(ends[0], ends[1]);
  }

  /** A client that breaks off what is below, for close() of TLS would say goodbye first. */
  @Override
  public StreamPair openForReset() throws IOException {
    AsyncStream[] ends =
        ground().connect(TransportOptions.defaults().with(StandardSocketOptions.SO_LINGER, 0));
    StreamPair pair = wrap(new StreamPair(ends[0], ends[1]));
    AsyncStream abrupt =
        new ForwardingStream(pair.client()) {
          @Override
          public void close() {
            ends[0].close();
            super.close();
          }
        };
    return new StreamPair(abrupt, pair.server());
  }

  @Override
  public StreamPair wrap(StreamPair below) {
    CompletableFuture<TlsStream> serving =
        TlsStream.asyncHandshake(below.server(), server, null, -1, CompletionToken.useFuture());
    TlsStream connected =
        Network.get(
            TlsStream.asyncHandshake(
                below.client(), client, Case.HOST, 443, CompletionToken.useFuture()));
    return new StreamPair(connected, Network.get(serving));
  }

  @Override
  public Wrapping wrapping(@Nullable Executor tasks) {
    return (next, role, handler) -> {
      boolean client = role == Role.CLIENT;
      TlsContext context = tasks == null ? own(role) : working(role, tasks);
      TlsStream.asyncHandshake(
          next, context, client ? Case.HOST : null, client ? 443 : -1, handler);
    };
  }

  @Override
  public boolean secured() {
    return true;
  }

  @Override
  public Set<Trait> traits() {
    return new TlsLayer().traits();
  }
}
