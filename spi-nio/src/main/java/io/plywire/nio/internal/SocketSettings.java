// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioOptions;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of one connection or acceptor, checked and sorted by whom they concern. Immutable.
 */
final class SocketSettings {
  private static final int DEFAULT_COALESCE_BYTES = 8 * 1024;

  /** The JDK's own, 50, makes clients of a busy moment wait a second to be answered. */
  private static final int DEFAULT_BACKLOG = 1024;

  /** What a connected socket is told. */
  private static final List<SocketOption<?>> UNIX_STREAM =
      List.of(
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_LINGER);

  private static final List<SocketOption<?>> TCP_STREAM =
      List.of(
          StandardSocketOptions.TCP_NODELAY,
          StandardSocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_LINGER);

  /** What a socket is told before it is bound. */
  private static final List<SocketOption<?>> TCP_BOUND =
      List.of(StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

  /** All that can be set. */
  private static final List<SocketOption<?>> UNIX =
      join(
          UNIX_STREAM,
          List.of(
              NioOptions.BACKLOG,
              NioOptions.INHERITED,
              NioOptions.REPLACE_STALE,
              NioOptions.PERMISSIONS,
              NioOptions.COALESCE,
              NioOptions.COALESCE_BYTES));

  private static final List<SocketOption<?>> TCP =
      join(
          join(TCP_STREAM, TCP_BOUND),
          List.of(
              NioOptions.BACKLOG,
              NioOptions.LISTENERS,
              NioOptions.INHERITED,
              NioOptions.BIND_ADDRESS,
              NioOptions.PREFER_IPV6,
              NioOptions.COALESCE,
              NioOptions.COALESCE_BYTES));

  private final boolean unix;
  private final TransportOptions options;
  private final int coalesceBytes;

  private SocketSettings(boolean unix, TransportOptions options, int coalesceBytes) {
    this.unix = unix;
    this.options = options;
    this.coalesceBytes = coalesceBytes;
  }

  /**
   * Checks options.
   *
   * @throws IllegalArgumentException if one is unknown or has an impossible value
   */
  static SocketSettings of(boolean unix, TransportOptions options) {
    for (SocketOption<?> option : options.all().keySet()) {
      if (!(unix ? UNIX : TCP).contains(option)) {
        throw new IllegalArgumentException(
            "option "
                + option.name()
                + " is not supported for "
                + (unix ? "ws+unix" : "ws")
                + "; supported are "
                + (unix ? names(UNIX) : names(TCP)));
      }
    }
    checkRange(options, NioOptions.BACKLOG, 1, Integer.MAX_VALUE);
    checkRange(options, NioOptions.LISTENERS, 1, Integer.MAX_VALUE);
    checkRange(options, NioOptions.COALESCE_BYTES, 1, OutBuffer.WINDOW_BYTES);
    checkRange(options, StandardSocketOptions.SO_RCVBUF, 1, Integer.MAX_VALUE);
    checkRange(options, StandardSocketOptions.SO_SNDBUF, 1, Integer.MAX_VALUE);
    int coalesceBytes = orElse(options.get(NioOptions.COALESCE_BYTES), DEFAULT_COALESCE_BYTES);
    boolean coalesce = orElse(options.get(NioOptions.COALESCE), true);
    SocketSettings settings = new SocketSettings(unix, options, coalesce ? coalesceBytes : 0);
    settings.checkListening();
    return settings;
  }

  private void checkListening() {
    permissions(); // throws if they are none
    if (listeners() > 1) {
      if (inherited()) {
        throw new IllegalArgumentException(
            NioOptions.LISTENERS + " " + listeners() + " and INHERITED: one socket is inherited");
      }
      if (Boolean.FALSE.equals(options.get(StandardSocketOptions.SO_REUSEPORT))) {
        throw new IllegalArgumentException(
            NioOptions.LISTENERS
                + " "
                + listeners()
                + " needs SO_REUSEPORT, which is set to false");
      }
    }
  }

  /** Returns how small writes are that are collected; 0 if none are. */
  int coalesceBytes() {
    return coalesceBytes;
  }

  /** Returns how many connections wait to be accepted; the system has a bound of its own. */
  int backlog() {
    return orElse(options.get(NioOptions.BACKLOG), DEFAULT_BACKLOG);
  }

  /** Returns how many sockets listen on the port. */
  int listeners() {
    return orElse(options.get(NioOptions.LISTENERS), 1);
  }

  /** Returns whether others may listen on the port as well. */
  boolean sharesPort() {
    return orElse(options.get(StandardSocketOptions.SO_REUSEPORT), false);
  }

  /** Returns whether to listen on the socket that the process was started with. */
  boolean inherited() {
    return orElse(options.get(NioOptions.INHERITED), false);
  }

  /** Returns whether a socket file that nobody listens on is replaced. */
  boolean replacesStale() {
    return orElse(options.get(NioOptions.REPLACE_STALE), true);
  }

  /** Returns those of the socket file, or null to leave them as they are. */
  @Nullable Set<PosixFilePermission> permissions() {
    String text = options.get(NioOptions.PERMISSIONS);
    try {
      return text == null ? null : PosixFilePermissions.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          NioOptions.PERMISSIONS + " '" + text + "' is not of the form rw-rw----", e);
    }
  }

  @Nullable InetSocketAddress bindAddress() {
    return options.get(NioOptions.BIND_ADDRESS);
  }

  @Nullable Boolean preferIpv6() {
    return options.get(NioOptions.PREFER_IPV6);
  }

  /** Prepares a socket that is about to connect or was accepted. */
  void applyToStream(NetworkChannel channel) throws IOException {
    if (!unix && options.get(StandardSocketOptions.TCP_NODELAY) == null) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    apply(channel, unix ? UNIX_STREAM : TCP_STREAM);
  }

  /** Prepares a socket that is about to be bound to an address of its own. */
  void applyToBound(NetworkChannel channel) throws IOException {
    if (!unix) {
      apply(channel, TCP_BOUND);
    }
  }

  /** Prepares a socket that is about to listen. */
  void applyToAcceptor(NetworkChannel channel) throws IOException {
    if (unix) {
      return;
    }
    applyToProbe(channel);
    apply(channel, List.of(StandardSocketOptions.SO_REUSEPORT));
    // The window that accepted connections announce is fixed before they can be touched.
    apply(channel, List.of(StandardSocketOptions.SO_RCVBUF));
  }

  /** Prepares a socket that is to be bound where an acceptor could be. */
  void applyToProbe(NetworkChannel channel) throws IOException {
    channel.setOption(
        StandardSocketOptions.SO_REUSEADDR,
        orElse(options.get(StandardSocketOptions.SO_REUSEADDR), true));
  }

  private void apply(NetworkChannel channel, List<SocketOption<?>> which) throws IOException {
    Map<SocketOption<?>, Object> all = options.all();
    if (all.isEmpty()) {
      return;
    }
    for (SocketOption<?> option : which) {
      if (all.containsKey(option)) {
        set(channel, option);
      }
    }
  }

  private <T> void set(NetworkChannel channel, SocketOption<T> option) throws IOException {
    T value = options.get(option);
    if (value != null) {
      channel.setOption(option, value);
    }
  }

  private static void checkRange(
      TransportOptions options, SocketOption<Integer> option, int min, int max) {
    Integer value = options.get(option);
    if (value != null && (value < min || value > max)) {
      throw new IllegalArgumentException(
          option.name() + " " + value + " is not between " + min + " and " + max);
    }
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static List<SocketOption<?>> join(
      List<SocketOption<?>> first, List<SocketOption<?>> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static String names(List<SocketOption<?>> options) {
    return options.stream().map(SocketOption::name).collect(Collectors.joining(", "));
  }
}
