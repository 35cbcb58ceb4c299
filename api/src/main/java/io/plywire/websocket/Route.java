// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.List;
import java.util.Objects;

/**
 * A way to an endpoint: whom to connect to, and which layers lead on from there, such as one that
 * asks a proxy for a connection. On top of it come the layers that the endpoint itself asks for,
 * TLS among them. Immutable.
 *
 * @param first whom the transport connects to
 * @param hops what is put on top, the lowest first; empty for the direct way
 */
public record Route(Endpoint first, List<Hop> hops) {
  /** Copies the list. */
  public Route {
    Objects.requireNonNull(first, "first");
    hops = List.copyOf(hops);
  }

  /**
   * Returns the way that needs nobody's help.
   *
   * @param endpoint where to
   */
  public static Route direct(Endpoint endpoint) {
    return new Route(endpoint, List.of());
  }

  /**
   * A layer on the way.
   *
   * @param layer what is put on
   * @param toward whom it is to lead to: for a proxy the next one on the way, for TLS to a proxy
   *     that proxy
   * @param options for the layer
   */
  public record Hop(LayerProvider layer, Endpoint toward, TransportOptions options) {
    /** Checks that nothing is missing. */
    public Hop {
      Objects.requireNonNull(layer, "layer");
      Objects.requireNonNull(toward, "toward");
      Objects.requireNonNull(options, "options");
    }
  }
}
