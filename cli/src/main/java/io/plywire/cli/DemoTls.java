// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useFuture;

import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.concurrent.CompletableFuture;

/** TLS of the demonstration: one engine on both sides, and a certificate that the client trusts. */
final class DemoTls {
  /** The name of the server where there is no host. */
  static final String NAME = "plywire-demo";

  private final TlsEngine engine;
  private final TlsContext server;
  private final TlsContext client;

  DemoTls(TlsEngine engine) {
    this.engine = engine;
    TlsIdentity identity = DevelopmentCertificate.forLocalhost(NAME);
    server = TlsContext.of(TlsConfig.server(identity).withEngine(engine));
    client =
        TlsContext.of(TlsConfig.client().withEngine(engine).withTrust(identity.certificates()));
  }

  String engine() {
    return engine.name();
  }

  TransportOptions serverOptions() {
    return TransportOptions.defaults().with(TlsOptions.CONTEXT, server);
  }

  /** Completes the handshake over a connected stream. */
  CompletableFuture<TlsStream> secure(AsyncStream stream, Endpoint endpoint) {
    return TlsStream.asyncHandshake(stream, client, endpoint.host(), endpoint.port(), useFuture());
  }
}
