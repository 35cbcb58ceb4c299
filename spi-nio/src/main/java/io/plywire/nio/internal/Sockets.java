// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import io.plywire.transport.TransportOptions;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints are this transport's, and connecting to them; {@link Listening} is for servers.
 */
public final class Sockets {
  /** The scheme of TCP. */
  public static final String TCP = "ws";

  /** The scheme of Unix-domain sockets. */
  public static final String UNIX = "ws+unix";

  /** Longer than anybody waits; keeps sums of times from overflowing. */
  private static final Duration MAX_TIMEOUT = Duration.ofDays(3650);

  private Sockets() {}

  /**
   * Starts to connect.
   *
   * @param loops gives the loop, unless the options name one
   * @throws IllegalArgumentException if the endpoint or an option is not of this transport
   */
  public static void connect(
      Supplier<NioEventLoop> loops,
      Endpoint remote,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    connect(loops, remote, options, Resolver.system(), handler);
  }

  /**
   * Finds out whether connecting could work.
   *
   * @throws IllegalArgumentException if the endpoint or an option is not of this transport
   */
  public static void check(Endpoint remote, TransportOptions options) {
    SocketSettings.of(isUnix(remote), options);
    StreamExecutor chosen = options.executor();
    if (chosen != null) {
      requireLoop(chosen);
    }
  }

  static void connect(
      Supplier<NioEventLoop> loops,
      Endpoint remote,
      TransportOptions options,
      Resolver resolver,
      Handler<AsyncStream> handler) {
    SocketSettings settings = SocketSettings.of(isUnix(remote), options);
    Duration timeout = options.connectTimeout();
    new ConnectOperation(
            loop(options, loops),
            remote,
            settings,
            resolver,
            timeout.compareTo(MAX_TIMEOUT) < 0 ? timeout : Duration.ZERO,
            handler)
        .initiate();
  }

  static boolean isUnix(Endpoint endpoint) {
    if (endpoint.transport().equals(UNIX)) {
      return true;
    }
    if (!endpoint.transport().equals(TCP)) {
      throw new IllegalArgumentException(
          "'" + endpoint + "' is not for the transport nio, which serves " + TCP + " and " + UNIX);
    }
    if (endpoint.port() < 0) {
      throw new IllegalArgumentException("'" + endpoint + "' has no port");
    }
    return false;
  }

  static SelectorLoop loop(TransportOptions options, Supplier<NioEventLoop> loops) {
    StreamExecutor chosen = options.executor();
    return chosen == null ? (SelectorLoop) loops.get() : requireLoop(chosen);
  }

  private static SelectorLoop requireLoop(StreamExecutor chosen) {
    if (chosen instanceof SelectorLoop loop) {
      return loop;
    }
    throw new IllegalArgumentException(
        "the executor of a socket must be an event loop of the transport nio, not " + chosen);
  }

  /** Says what is at the path in the place of a socket; null if there is one, or nothing. */
  static @Nullable String occupant(Path path, LinkOption... links) {
    return Files.isRegularFile(path, links)
        ? "a regular file"
        : Files.isDirectory(path, links)
            ? "a directory"
            : links.length > 0 && Files.isSymbolicLink(path) ? "a symbolic link" : null;
  }
}
