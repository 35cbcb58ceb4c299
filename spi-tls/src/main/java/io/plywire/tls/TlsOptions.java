// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.transport.LayerOption;

/** The options of the TLS layer, for {@link io.plywire.transport.TransportOptions}. */
public final class TlsOptions {
  /**
   * How to do TLS. A client without it uses the defaults of {@link TlsConfig#client()}; a server
   * needs it, because it needs a certificate.
   */
  public static final LayerOption<TlsContext> CONTEXT =
      new Option<>("TLS_CONTEXT", TlsContext.class);

  /**
   * Whether a server takes clients that begin in plain text as well, at the same port; off by
   * default. The first bytes decide, see {@link TlsDetector}: a client in plain text gets the
   * stream of the transport as it is, without a {@link TlsStream} among its {@linkplain
   * io.plywire.stream.AsyncStream#layer layers}. Finding out and the handshake may take as long as
   * {@link TlsConfig#handshakeTimeout} together.
   *
   * <p>Nothing protects what such a client sends, and nobody forces a client to begin TLS: use it
   * to move clients over, or where only some of them come from outside.
   */
  public static final LayerOption<Boolean> ALSO_PLAIN =
      new Option<>("TLS_ALSO_PLAIN", Boolean.class);

  private TlsOptions() {}

  private record Option<T>(String name, Class<T> type) implements LayerOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
