// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Objects;

/**
 * The options of the NIO transport, beside those of {@link java.net.StandardSocketOptions}:
 *
 * <ul>
 *   <li>{@code TCP_NODELAY} (on unless set otherwise), {@code SO_KEEPALIVE}, {@code SO_REUSEADDR}
 *       (on for acceptors unless set otherwise) and {@code SO_REUSEPORT} for TCP;
 *   <li>{@code SO_RCVBUF}, {@code SO_SNDBUF} and {@code SO_LINGER} for TCP and Unix-domain sockets.
 * </ul>
 *
 * <p>One set of options serves both sides: what does not concern listening, or connecting, is
 * passed over there.
 */
public final class NioOptions {
  /** How many connections wait to be accepted; 1024 unless set, the system may allow less. */
  public static final SocketOption<Integer> BACKLOG = new Option<>("BACKLOG", Integer.class);

  /** The local address of a TCP connection that is to be opened; port 0 lets the system choose. */
  public static final SocketOption<InetSocketAddress> BIND_ADDRESS =
      new Option<>("BIND_ADDRESS", InetSocketAddress.class);

  /**
   * Which addresses of a host are tried first: true those of IPv6, false those of IPv4. Unless set,
   * the order is the system resolver's.
   */
  public static final SocketOption<Boolean> PREFER_IPV6 =
      new Option<>("PREFER_IPV6", Boolean.class);

  /**
   * Whether small writes of one turn of the event loop are collected and written with one system
   * call at the turn's end; on unless set otherwise. A write then completes when its bytes are in
   * the stream's own buffer, which holds 64 KiB at most, as it otherwise completes when they are in
   * the socket's: should they not get out, the next operation tells.
   */
  public static final SocketOption<Boolean> COALESCE = new Option<>("COALESCE", Boolean.class);

  /** Writes of how many bytes are small, 1 to 65536; 8192 unless set. */
  public static final SocketOption<Integer> COALESCE_BYTES =
      new Option<>("COALESCE_BYTES", Integer.class);

  private NioOptions() {}

  private static final class Option<T> implements SocketOption<T> {
    private final String name;
    private final Class<T> type;

    Option(String name, Class<T> type) {
      this.name = Objects.requireNonNull(name);
      this.type = Objects.requireNonNull(type);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Class<T> type() {
      return type;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
