// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.tls.internal.engine.ConnectionEngine;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** In this package to get at the engines that the layer uses, set up as it uses them. */
@NullMarked
public final class BareEngines {
  private BareEngines() {}

  /**
   * Makes an engine for one connection.
   *
   * @param context how
   * @param host whom a client connects to, or null for a server
   * @param port the port
   */
  public static ConnectionEngine session(TlsContext context, @Nullable String host, int port) {
    return context.newEngine(host, port);
  }
}
