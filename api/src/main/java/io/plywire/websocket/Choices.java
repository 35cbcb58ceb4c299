// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.SocketOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of clients and servers have in common: which transport to use, and how.
 *
 * @param <B> the builder itself
 */
abstract class Choices<B extends Choices<B>> {
  private @Nullable Discovery discovery;
  private @Nullable TransportProvider transport;
  private @Nullable String transportName;
  private TransportOptions transportOptions = TransportOptions.defaults();
  private WebSocketOptions options = WebSocketOptions.defaults();

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
   * Sets how the streams behave.
   *
   * @param value limits, timeouts, sub-protocols and so on
   */
  public B options(WebSocketOptions value) {
    options = Objects.requireNonNull(value, "value");
    return self();
  }

  /** What was chosen, with the providers found. */
  record Made(
      Discovery discovery,
      @Nullable TransportProvider transport,
      TransportOptions transportOptions,
      WebSocketOptions options) {

    TransportProvider transportFor(Endpoint endpoint) {
      return transport == null ? discovery.transport(endpoint.transport()) : transport;
    }

    @Nullable LayerProvider layerFor(Endpoint endpoint) {
      return endpoint.secure() ? discovery.layer("tls") : null;
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
        options);
  }
}
