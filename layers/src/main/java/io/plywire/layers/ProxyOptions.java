// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.transport.LayerOption;
import java.time.Duration;

/** The options of {@link ProxyProtocol}, for {@link io.plywire.transport.TransportOptions}. */
public final class ProxyOptions {
  /** The longest header of version 2 unless chosen otherwise, in bytes. */
  public static final int DEFAULT_HEADER_MAX = 4096;

  /** How long a header may take unless chosen otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Whom a server believes, judged by the connection's own address. A server needs it, because
   * whoever is believed can pretend to be anybody.
   */
  public static final LayerOption<TrustedPeers> TRUSTED =
      new Option<>("PROXY_TRUSTED", TrustedPeers.class);

  /**
   * Whether a server takes connections of peers that are not trusted, without reading a header: it
   * gets the stream as it is, with its own address. The default is to refuse them. A peer that
   * sends a header all the same has it taken for the beginning of what it says.
   */
  public static final LayerOption<Boolean> PASS_UNTRUSTED =
      new Option<>("PROXY_PASS_UNTRUSTED", Boolean.class);

  /**
   * How many bytes a header of version 2 may have, from 107 to 65551; the default is {@value
   * #DEFAULT_HEADER_MAX}. A line of version 1 never has more than 107. The memory is taken when a
   * header says that it is that long.
   */
  public static final LayerOption<Integer> HEADER_MAX =
      new Option<>("PROXY_HEADER_MAX", Integer.class);

  /**
   * How long the header may take from the call on, by the clock of the stream's executor; zero
   * means no limit. The default is five seconds. For a client it is the time until the header is
   * written.
   */
  public static final LayerOption<Duration> TIMEOUT = new Option<>("PROXY_TIMEOUT", Duration.class);

  /** What a client sends; the default is {@link ProxyHeader#local}. */
  public static final LayerOption<ProxyHeader> HEADER =
      new Option<>("PROXY_HEADER", ProxyHeader.class);

  private ProxyOptions() {}

  private record Option<T>(String name, Class<T> type) implements LayerOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
