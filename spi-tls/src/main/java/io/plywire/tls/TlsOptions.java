// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.spi.LayerOption;

/** The options of the TLS layer, for {@link io.plywire.spi.TransportOptions}. */
public final class TlsOptions {
  /**
   * How to do TLS. A client without it uses the defaults of {@link TlsConfig#client()}; a server
   * needs it, because it needs a certificate.
   */
  public static final LayerOption<TlsContext> CONTEXT =
      new Option<>("TLS_CONTEXT", TlsContext.class);

  private TlsOptions() {}

  private record Option<T>(String name, Class<T> type) implements LayerOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
