// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the transport does with sockets: the way from the public package to the internals. */
public final class Sockets {
  /** The scheme of TCP. */
  public static final String TCP = "ws";

  /** The scheme of Unix-domain sockets. */
  public static final String UNIX = "ws+unix";

  private static final Logger log = LoggerFactory.getLogger(Sockets.class);

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
    connect(loops, remote, options, NameResolver.SYSTEM, handler);
  }

  static void connect(
      Supplier<NioEventLoop> loops,
      Endpoint remote,
      TransportOptions options,
      NameResolver resolver,
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

  /**
   * Listens.
   *
   * @param loops gives the loop of the acceptor and those of accepted streams, unless the options
   *     name one
   * @throws IllegalArgumentException if the endpoint or an option is not of this transport
   * @throws IOException if that is not possible
   */
  public static Acceptor listen(
      Supplier<NioEventLoop> loops, Endpoint local, TransportOptions options) throws IOException {
    return listen(loops, local, options, ServerSocketChannel::accept);
  }

  static Acceptor listen(
      Supplier<NioEventLoop> loops,
      Endpoint local,
      TransportOptions options,
      NioAcceptor.AcceptCall acceptCall)
      throws IOException {
    boolean unix = isUnix(local);
    SocketSettings settings = SocketSettings.of(unix, options);
    SelectorLoop loop = loop(options, loops);
    if (!loop.isOpen()) {
      throw new StreamException(
              StreamError.CLOSED, "cannot listen: the event loop " + loop + " was closed")
          .thrownHere();
    }
    Supplier<NioEventLoop> homes = options.executor() == null ? loops : () -> loop;
    ServerSocketChannel channel = null;
    try {
      channel =
          unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
      channel.configureBlocking(false);
      settings.applyToAcceptor(channel);
      Endpoint bound;
      Runnable cleanUp;
      if (unix) {
        Path path = Path.of(local.address());
        bindUnix(channel, path, settings.backlog());
        Object file = fileKey(path);
        bound = local;
        cleanUp = () -> deleteOwn(path, file);
      } else {
        channel.bind(new InetSocketAddress(local.address(), local.port()), settings.backlog());
        bound = local.withPort(((InetSocketAddress) channel.getLocalAddress()).getPort());
        cleanUp = () -> {};
      }
      NioAcceptor acceptor =
          new NioAcceptor(loop, homes, channel, bound, settings, acceptCall, cleanUp);
      acceptor.start();
      return acceptor;
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        NioStream.closeQuietly(channel);
      }
      throw new StreamException(
              SocketErrors.binding(e), "cannot listen on " + local + ": " + SocketErrors.text(e), e)
          .thrownHere();
    }
  }

  private static boolean isUnix(Endpoint endpoint) {
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

  private static SelectorLoop loop(TransportOptions options, Supplier<NioEventLoop> loops) {
    StreamExecutor chosen = options.executor();
    if (chosen == null) {
      return (SelectorLoop) loops.get();
    }
    if (chosen instanceof SelectorLoop loop) {
      return loop;
    }
    throw new IllegalArgumentException(
        "the executor of a socket must be an event loop of the transport nio, not " + chosen);
  }

  // ---------------------------------------------------------------- Unix-domain sockets

  private static void bindUnix(ServerSocketChannel channel, Path path, int backlog)
      throws IOException {
    SocketAddress address = UnixDomainSocketAddress.of(path);
    try {
      channel.bind(address, backlog);
    } catch (BindException e) {
      String occupant = occupant(path, LinkOption.NOFOLLOW_LINKS);
      if (occupant != null) {
        throw (BindException)
            new BindException("the path is in use: " + occupant + " is there, not a socket")
                .initCause(e);
      }
      if (!isStale(path, address)) {
        throw e;
      }
      log.info("Removing {}, a socket that nobody listens on", path);
      Files.deleteIfExists(path);
      channel.bind(address, backlog);
    }
  }

  /** Returns whether the path is a socket without anybody behind it. */
  private static boolean isStale(Path path, SocketAddress address) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    if (attributes == null || !attributes.isOther()) {
      return false; // not ours to remove
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      probe.connect(address);
      return false;
    } catch (IOException e) {
      return SocketErrors.connecting(e) == StreamError.REFUSED;
    }
  }

  /** Says what is at the path in the place of a socket; null if there is one, or nothing. */
  static @Nullable String occupant(Path path, LinkOption... links) {
    return Files.isRegularFile(path, links)
        ? "a regular file"
        : Files.isDirectory(path, links)
            ? "a directory"
            : links.length > 0 && Files.isSymbolicLink(path) ? "a symbolic link" : null;
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    return attributes == null ? null : attributes.fileKey();
  }

  /** Deletes a socket file, unless it is another acceptor's by now. */
  private static void deleteOwn(Path path, @Nullable Object file) {
    try {
      Object present = fileKey(path);
      if (present != null ? present.equals(file) : file == null) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      log.warn("The socket file {} could not be deleted", path, e);
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        : null;
  }
}
