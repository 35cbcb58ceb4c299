// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.transport.TransportOptions;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.List;

/**
 * The options of {@link InMemoryTransport}, for connecting and listening.
 *
 * <p>{@link StandardSocketOptions#SO_LINGER} is one, too: with 0, {@code close()} breaks the
 * connection off as it does with TCP, and the peer's operations end with a reset; other values
 * change nothing. A teardown that succeeds is graceful all the same.
 */
public final class InMemoryOptions {
  /**
   * How many bytes can be on their way to the new stream, or to each stream that is accepted; the
   * default is {@link InMemoryPipe#DEFAULT_WINDOW_BYTES}.
   */
  public static final SocketOption<Integer> WINDOW_BYTES =
      new Option<>("WINDOW_BYTES", Integer.class);

  /**
   * How many connections can wait to be accepted before further ones are refused; the default is
   * 128. Only acceptors look at it.
   */
  public static final SocketOption<Integer> BACKLOG = new Option<>("BACKLOG", Integer.class);

  private static final int DEFAULT_BACKLOG = 128;

  private static final List<SocketOption<?>> SUPPORTED =
      List.of(WINDOW_BYTES, BACKLOG, StandardSocketOptions.SO_LINGER);

  private InMemoryOptions() {}

  /** Refuses options that are not in this class. */
  static void check(TransportOptions options) {
    for (SocketOption<?> option : options.all().keySet()) {
      if (!SUPPORTED.contains(option)) {
        throw new IllegalArgumentException(
            "the in-memory transport has no option " + option + "; it supports " + SUPPORTED);
      }
    }
  }

  static int windowBytes(TransportOptions options) {
    Integer bytes = options.get(WINDOW_BYTES);
    return bytes == null ? InMemoryPipe.DEFAULT_WINDOW_BYTES : InMemoryPipe.checkWindow(bytes);
  }

  static boolean resetsOnClose(TransportOptions options) {
    Integer seconds = options.get(StandardSocketOptions.SO_LINGER);
    return seconds != null && seconds == 0;
  }

  static int backlog(TransportOptions options) {
    Integer connections = options.get(BACKLOG);
    if (connections == null) {
      return DEFAULT_BACKLOG;
    }
    if (connections < 0) {
      throw new IllegalArgumentException("a backlog of " + connections + " is negative");
    }
    return connections;
  }

  private record Option<T>(String name, Class<T> type) implements SocketOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
