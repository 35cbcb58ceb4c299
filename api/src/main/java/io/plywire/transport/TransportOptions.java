// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import io.plywire.stream.Durations;
import io.plywire.stream.StreamExecutor;
import java.net.SocketOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to connect or listen. Immutable. What all transports have in common stands here; the rest are
 * typed {@linkplain SocketOption options}: those of {@link java.net.StandardSocketOptions} and
 * those a provider defines. A provider refuses an option it does not know; the {@linkplain
 * LayerOption options of layers} are taken out before a transport gets to see them.
 */
public final class TransportOptions {
  /**
   * Which addresses of a host are tried first: true those of IPv6, false those of IPv4. Unless set,
   * the order is the resolver's.
   */
  public static final SocketOption<Boolean> PREFER_IPV6 =
      new SocketOption<>() {
        @Override
        public String name() {
          return "PREFER_IPV6";
        }

        @Override
        public Class<Boolean> type() {
          return Boolean.class;
        }

        @Override
        public String toString() {
          return name();
        }
      };

  private static final TransportOptions DEFAULTS =
      new TransportOptions(Duration.ofSeconds(30), null, Map.of());

  private final Duration connectTimeout;
  private final @Nullable StreamExecutor executor;
  private final Map<SocketOption<?>, Object> options;

  private TransportOptions(
      Duration connectTimeout,
      @Nullable StreamExecutor executor,
      Map<SocketOption<?>, Object> options) {
    this.connectTimeout = connectTimeout;
    this.executor = executor;
    this.options = options;
  }

  /** Returns the defaults: 30 seconds to connect, the provider's executor, no further option. */
  public static TransportOptions defaults() {
    return DEFAULTS;
  }

  /** Returns how long resolving and connecting may take together; zero means no limit. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * Returns a copy with another deadline.
   *
   * @param timeout how long resolving and connecting may take together; zero means no limit
   * @throws IllegalArgumentException if negative
   */
  public TransportOptions withConnectTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "connect timeout " + Durations.text(timeout) + " is negative");
    }
    return new TransportOptions(timeout, executor, options);
  }

  /** Returns the executor chosen for new streams, or null for the provider's choice. */
  public @Nullable StreamExecutor executor() {
    return executor;
  }

  /**
   * Returns a copy that puts new streams on an executor, for example on the one of another stream
   * that they exchange data with.
   *
   * @param chosen an executor of the provider; the in-memory provider takes any
   */
  public TransportOptions withExecutor(StreamExecutor chosen) {
    return new TransportOptions(connectTimeout, Objects.requireNonNull(chosen, "chosen"), options);
  }

  /**
   * Returns the value of an option, or null if it was not set.
   *
   * @param <T> the type of the value
   * @param option which one
   */
  public <T> @Nullable T get(SocketOption<T> option) {
    Object value = options.get(option);
    return value == null ? null : option.type().cast(value);
  }

  /**
   * Returns a copy with an option set.
   *
   * @param <T> the type of the value
   * @param option which one
   * @param value its value
   */
  public <T> TransportOptions with(SocketOption<T> option, T value) {
    Map<SocketOption<?>, Object> copy = new LinkedHashMap<>(options);
    copy.put(option, Objects.requireNonNull(value, option.name()));
    return new TransportOptions(connectTimeout, executor, Map.copyOf(copy));
  }

  /** Returns a copy without the options of layers, for the transport. */
  public TransportOptions withoutLayers() {
    Map<SocketOption<?>, Object> copy = new LinkedHashMap<>(options);
    copy.keySet().removeIf(LayerOption.class::isInstance);
    return copy.size() == options.size()
        ? this
        : new TransportOptions(connectTimeout, executor, Map.copyOf(copy));
  }

  /** Returns all options that were set. */
  public Map<SocketOption<?>, Object> all() {
    return options;
  }

  @Override
  public String toString() {
    return "TransportOptions[connectTimeout="
        + Durations.text(connectTimeout)
        + ", options="
        + options
        + "]";
  }
}
