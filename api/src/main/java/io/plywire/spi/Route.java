// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A way to an endpoint: whom the transport connects to, and which layers lead on from there, such
 * as one that asks a proxy for a connection. On top come the layers that the endpoint itself asks
 * for, TLS among them. Immutable.
 */
public final class Route {
  private final Endpoint first;
  private final List<Hop> hops;
  private final Function<? super IOException, @Nullable Route> mend;

  private Route(
      Endpoint first, List<Hop> hops, Function<? super IOException, @Nullable Route> mend) {
    this.first = first;
    this.hops = hops;
    this.mend = mend;
  }

  /**
   * Begins a route with whom the transport connects to; with no more it is the direct one.
   *
   * @param first where to
   */
  public static Route to(Endpoint first) {
    return new Route(Objects.requireNonNull(first, "first"), List.of(), error -> null);
  }

  /**
   * Returns a route that goes on from where this one leads.
   *
   * @param layer what is put on top
   * @param toward whom it is to lead to: for a proxy the next one on the way
   * @param options for the layer
   */
  public Route over(LayerProvider layer, Endpoint toward, TransportOptions options) {
    List<Hop> longer = new ArrayList<>(hops);
    longer.add(new Hop(layer, toward, options));
    return new Route(first, List.copyOf(longer), mend);
  }

  /**
   * Returns a route that may be mended when it has failed: what the failure says may be what it
   * takes to get through.
   *
   * @param how gives the route to take in place of this one, once, or null; called on the executor
   *     of the connect, so it must not block
   */
  public Route mendedBy(Function<? super IOException, @Nullable Route> how) {
    return new Route(first, hops, Objects.requireNonNull(how, "how"));
  }

  /** Returns whom the transport connects to. */
  public Endpoint first() {
    return first;
  }

  /** Returns the layers, the lowest first. */
  public List<Hop> hops() {
    return hops;
  }

  /**
   * Returns what to try in place of this route.
   *
   * @param failure how it has failed
   * @return null if that would not help
   */
  public @Nullable Route mended(IOException failure) {
    return mend.apply(failure);
  }

  /**
   * A layer on the way.
   *
   * @param layer what is put on
   * @param toward whom it is to lead to
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

  @Override
  public String toString() {
    return "Route["
        + first
        + hops.stream().map(hop -> ", " + hop.layer().layer() + " to " + hop.toward()).toList()
        + "]";
  }
}
