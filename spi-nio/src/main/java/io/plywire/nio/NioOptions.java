// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import io.plywire.transport.TransportOptions;
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

  /**
   * How many sockets listen on a TCP port, each on a loop of its own, among which the system deals
   * the connections by {@code SO_REUSEPORT}; 1 unless set, and never more than there are loops:
   * those of the group, or the one that {@link io.plywire.transport.TransportOptions#withExecutor}
   * names. With several, an accepted stream stays on the loop that has accepted it, and {@link
   * #BACKLOG} counts for each. It is one acceptor nevertheless, with one accept at a time; it ends
   * with the first of its loops that ends.
   *
   * <p>The port must be free, or listening fails with {@link
   * io.plywire.stream.StreamError#ADDRESS_IN_USE}; two processes that start at the same moment may
   * both find it so, and share it. With {@code SO_REUSEPORT} set as well, it is shared on purpose
   * with whatever else of the same user has set that.
   *
   * <p>Linux deals evenly, by a hash of the addresses; other systems with {@code SO_REUSEPORT} may
   * give all connections to one socket, and on those without it listening with several fails with
   * {@link io.plywire.stream.StreamError#UNSUPPORTED}.
   */
  public static final SocketOption<Integer> LISTENERS = new Option<>("LISTENERS", Integer.class);

  /**
   * Whether to listen on the socket that the process was started with as its standard input, see
   * {@link System#inheritedChannel()}: by inetd with {@code wait}, or by systemd with {@code
   * Accept=no} and {@code StandardInput=socket}. Of the endpoint only the scheme counts, which must
   * fit; {@link io.plywire.spi.Acceptor#localEndpoint} tells where it listens. What is set for a
   * socket before it listens, such as {@link #BACKLOG}, is the business of who made it, and so is
   * the file of a Unix-domain socket, which stays.
   *
   * <p>Listening fails with {@link io.plywire.stream.StreamError#ADDRESS_UNAVAILABLE} if there is
   * no such socket or it is of another kind, and with {@link
   * io.plywire.stream.StreamError#ADDRESS_IN_USE} or {@link io.plywire.stream.StreamError#CLOSED}
   * if an acceptor has taken it before.
   *
   * <p>When the acceptor is closed, the JDK leads standard input, output and error to nowhere
   * ({@code /dev/null}), wherever they went before.
   */
  public static final SocketOption<Boolean> INHERITED = new Option<>("INHERITED", Boolean.class);

  /**
   * Whether the file of a Unix-domain socket that nobody listens on is replaced; on unless set
   * otherwise. Anything else at the path is never touched, and listening fails with {@link
   * io.plywire.stream.StreamError#ADDRESS_IN_USE}.
   */
  public static final SocketOption<Boolean> REPLACE_STALE =
      new Option<>("REPLACE_STALE", Boolean.class);

  /**
   * The permissions of the file of a Unix-domain socket, such as {@code rw-rw----}; on Linux
   * whoever may write may connect. They are set right after listening has begun, until when the
   * process's umask decides: a socket that strangers must never reach belongs into a directory that
   * is closed to them.
   */
  public static final SocketOption<String> PERMISSIONS = new Option<>("PERMISSIONS", String.class);

  /** The local address of a TCP connection that is to be opened; port 0 lets the system choose. */
  public static final SocketOption<InetSocketAddress> BIND_ADDRESS =
      new Option<>("BIND_ADDRESS", InetSocketAddress.class);

  /** The same as {@link TransportOptions#PREFER_IPV6}. */
  public static final SocketOption<Boolean> PREFER_IPV6 = TransportOptions.PREFER_IPV6;

  /**
   * Whether small writes of one turn of the event loop are collected and written with one system
   * call at the turn's end; on unless set otherwise. A write then completes when its bytes are in
   * the stream's own buffer, which holds 64 KiB at most and takes no more once the socket takes
   * nothing, as it otherwise completes when they are in the socket's: should they not get out, the
   * next operation tells.
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
