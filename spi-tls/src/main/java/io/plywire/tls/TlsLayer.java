// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The layer of the secure URI schemes. How it does TLS is said by {@link TlsOptions#CONTEXT}; a
 * client without it uses the defaults of {@link TlsConfig#client()}. A server with {@link
 * TlsOptions#ALSO_PLAIN} takes clients in plain text as well, and puts no layer on them.
 */
public final class TlsLayer implements LayerProvider {
  /** For {@link java.util.ServiceLoader} and for use without it. */
  public TlsLayer() {}

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String layer() {
    return "tls";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  /** Tells of the JDK's engine; whether another one is there is said by {@link TlsEngine}. */
  @Override
  public Availability availability() {
    return TlsEngine.jdk().availability();
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.TOTAL_CANCELLATION, Trait.PARTIAL_CANCELLATION, Trait.READINESS);
  }

  @Override
  public void check(Role role, TransportOptions options) {
    context(role, options);
  }

  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    TlsContext context = context(role, options);
    if (alsoPlain(options)) {
      new PlainOrTls(next, context, handler).initiate();
    } else if (role == Role.SERVER) {
      TlsStream.asyncHandshake(next, context, null, -1, handler);
    } else {
      TlsStream.asyncHandshake(next, context, host(endpoint), endpoint.port(), handler);
    }
  }

  private static TlsContext context(Role role, TransportOptions options) {
    if (role == Role.CLIENT && alsoPlain(options)) {
      throw new IllegalArgumentException(
          "the option " + TlsOptions.ALSO_PLAIN + " is for a SERVER, not a " + role);
    }
    TlsContext context = options.get(TlsOptions.CONTEXT);
    if (context == null && role == Role.CLIENT) {
      return TlsContext.clientDefaults();
    }
    if (context == null) {
      throw new IllegalArgumentException(
          "a server needs a certificate: set the option "
              + TlsOptions.CONTEXT
              + " to a TlsContext of TlsConfig.server(identity)");
    }
    if (context.role() != role) {
      throw new IllegalArgumentException(
          "the option " + TlsOptions.CONTEXT + " is for a " + context.role() + ", not a " + role);
    }
    return context;
  }

  private static boolean alsoPlain(TransportOptions options) {
    return Boolean.TRUE.equals(options.get(TlsOptions.ALSO_PLAIN));
  }

  /** Returns the name that the peer's certificate must have. */
  private static String host(Endpoint endpoint) {
    return endpoint.host();
  }
}
