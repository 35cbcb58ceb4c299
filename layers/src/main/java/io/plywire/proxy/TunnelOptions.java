// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.stream.Durations;
import io.plywire.transport.LayerOption;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@link HttpConnect}, {@link Socks5} and {@link Socks4a}, for {@link
 * TransportOptions}. A {@link Proxy} has its own, which nothing else gets to see.
 */
public final class TunnelOptions {
  /** How long the proxy may take unless chosen otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** How long heads of an answer may be together unless chosen otherwise, in bytes. */
  public static final int DEFAULT_HEAD_MAX = 16 * 1024;

  /** Shorter than this is no head worth the name. */
  static final int LEAST_HEAD_MAX = 64;

  /** Who the client is for the proxy; without it the client is nobody in particular. */
  public static final LayerOption<ProxyCredentials> CREDENTIALS =
      new Option<>("TUNNEL_CREDENTIALS", ProxyCredentials.class);

  /**
   * Whether {@link HttpConnect} sends the credentials at once, by Basic, and does not wait until it
   * is asked for them. It is for proxies that end the connection when they ask. The default is to
   * wait.
   */
  public static final LayerOption<Boolean> PREEMPTIVE =
      new Option<>("TUNNEL_PREEMPTIVE", Boolean.class);

  /** Fields that {@link HttpConnect} sends besides its own. */
  public static final LayerOption<TunnelFields> FIELDS =
      new Option<>("TUNNEL_FIELDS", TunnelFields.class);

  /**
   * How long the heads of an answer to {@link HttpConnect} may be together, in bytes, at least 64;
   * the default is {@value #DEFAULT_HEAD_MAX}.
   */
  public static final LayerOption<Integer> HEAD_MAX =
      new Option<>("TUNNEL_HEAD_MAX", Integer.class);

  /**
   * How long everything may take that is said to the proxy and waited for, from the call on, by the
   * clock of the stream's executor; zero means no limit. The default is thirty seconds: the proxy
   * looks up the target's name and connects meanwhile.
   */
  public static final LayerOption<Duration> TIMEOUT =
      new Option<>("TUNNEL_TIMEOUT", Duration.class);

  /** What the proxy has asked for on an earlier connection. */
  static final LayerOption<Challenge> CHALLENGE = new Option<>("TUNNEL_CHALLENGE", Challenge.class);

  private TunnelOptions() {}

  static Duration timeout(TransportOptions options) {
    Duration chosen = options.get(TIMEOUT);
    Duration timeout = chosen == null ? DEFAULT_TIMEOUT : chosen;
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the option " + TIMEOUT + " is negative: " + Durations.text(timeout));
    }
    return timeout;
  }

  static int headMax(TransportOptions options) {
    Integer chosen = options.get(HEAD_MAX);
    int max = chosen == null ? DEFAULT_HEAD_MAX : chosen;
    if (max < LEAST_HEAD_MAX) {
      throw new IllegalArgumentException(
          "the option " + HEAD_MAX + " is " + max + ", less than " + LEAST_HEAD_MAX);
    }
    return max;
  }

  static @Nullable ProxyCredentials credentials(TransportOptions options) {
    return options.get(CREDENTIALS);
  }

  private record Option<T>(String name, Class<T> type) implements LayerOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
