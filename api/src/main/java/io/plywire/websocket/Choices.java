// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of clients and servers have in common: which transport to use, and how.
 *
 * @param <B> the builder itself
 */
abstract class Choices<B extends Choices<B>> {
  private static final String TLS = "tls";

  private @Nullable Discovery discovery;
  private @Nullable TransportProvider transport;
  private @Nullable String transportName;
  private TransportOptions transportOptions = TransportOptions.defaults();
  private WebSocketOptions options = WebSocketOptions.defaults();
  private final List<Layer> layers = new ArrayList<>();

  Choices() {}

  abstract B self();

  /**
   * Sets where providers are looked for. Default: {@link Discovery#load()}, when it is built.
   *
   * @param found what was discovered
   */
  public B discovery(Discovery found) {
    discovery = Objects.requireNonNull(found, "found");
    return self();
  }

  /**
   * Sets the transport, whatever the scheme says.
   *
   * @param provider the instance to use
   */
  public B transport(TransportProvider provider) {
    transport = Objects.requireNonNull(provider, "provider");
    transportName = null;
    return self();
  }

  /**
   * Sets the transport by its name, whatever the scheme says.
   *
   * @param name such as {@code nio}; building fails if it cannot be had
   */
  public B transport(String name) {
    transportName = Objects.requireNonNull(name, "name");
    transport = null;
    return self();
  }

  /**
   * Sets all options of the transport and the layers at once.
   *
   * @param value deadline, executor and whatever the provider knows
   */
  public B transportOptions(TransportOptions value) {
    transportOptions = Objects.requireNonNull(value, "value");
    return self();
  }

  /**
   * Sets one option of the transport or of a layer, and keeps the others.
   *
   * @param <T> the type of the value
   * @param option such as {@code TlsOptions.CONTEXT}
   * @param value its value
   */
  public <T> B with(SocketOption<T> option, T value) {
    transportOptions = transportOptions.with(option, value);
    return self();
  }

  /**
   * Adds a layer on top of those added before, the first of which stands on the transport. TLS,
   * which secure URIs ask for, stands above all of them unless {@link #layer(String)} gives it
   * another place.
   *
   * @param provider the instance to use
   */
  public B layer(LayerProvider provider) {
    Objects.requireNonNull(provider, "provider");
    layers.add(new Layer(provider.layer(), provider));
    return self();
  }

  /**
   * Adds a layer by its kind, as {@link Discovery#layer} finds it. {@code tls} is left out where
   * the URI is not secure.
   *
   * @param kind such as {@code tls}; where it is used it fails if it cannot be had
   */
  public B layer(String kind) {
    Objects.requireNonNull(kind, "kind");
    layers.add(new Layer(kind, null));
    return self();
  }

  /**
   * Sets how the streams behave.
   *
   * @param value limits, timeouts, sub-protocols and so on
   */
  public B options(WebSocketOptions value) {
    options = Objects.requireNonNull(value, "value");
    return self();
  }

  /** A layer that was asked for: an instance, or whatever of its kind is found. */
  private record Layer(String kind, @Nullable LayerProvider provider) {}

  /** What was chosen, with the providers found. */
  record Made(
      Discovery discovery,
      @Nullable TransportProvider transport,
      TransportOptions transportOptions,
      WebSocketOptions options,
      List<Layer> layers) {

    Made with(WebSocketOptions changed, Role role) {
      changed.requireFeasible(role);
      return new Made(discovery, transport, transportOptions, changed, layers);
    }

    TransportProvider transportFor(Endpoint endpoint) {
      return transport == null ? discovery.transport(endpoint.transport()) : transport;
    }

    /** Returns the layers for an endpoint, the lowest first, having checked their options. */
    List<LayerProvider> layersFor(Endpoint endpoint, Role role, TransportOptions with) {
      List<LayerProvider> chain = new ArrayList<>();
      for (Layer layer : layers) {
        if (layer.provider() != null) {
          chain.add(layer.provider());
        } else if (endpoint.secure() || !layer.kind().equals(TLS)) {
          chain.add(discovery.layer(layer.kind()));
        }
      }
      if (endpoint.secure() && layers.stream().noneMatch(layer -> layer.kind().equals(TLS))) {
        chain.add(discovery.layer(TLS));
      }
      for (LayerProvider layer : chain) {
        layer.check(role, with);
      }
      return List.copyOf(chain);
    }
  }

  /**
   * Makes what was chosen.
   *
   * @throws IllegalArgumentException if options do not fit each other
   */
  Made make(Role role) {
    options.requireFeasible(role);
    Discovery found = discovery == null ? Discovery.load() : discovery;
    return new Made(
        found,
        transportName == null ? transport : found.transportNamed(transportName),
        transportOptions,
        options,
        List.copyOf(layers));
  }
}
