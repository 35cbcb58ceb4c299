// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Listens: makes the sockets of an acceptor, or takes the one that was inherited. */
public final class Listening {
  private final SocketSettings settings;
  private final List<SelectorLoop> loops;
  private final List<ServerSocketChannel> channels = new ArrayList<>();
  private Runnable cleanUp = () -> {};

  private Listening(SocketSettings settings, List<SelectorLoop> loops) {
    this.settings = settings;
    this.loops = loops;
  }

  /**
   * Listens.
   *
   * @param group has the loops of the acceptor and of accepted streams, unless the options name one
   * @throws IllegalArgumentException if the endpoint or an option is not of this transport
   * @throws IOException if that is not possible
   */
  public static Acceptor listen(NioEventLoopGroup group, Endpoint local, TransportOptions options)
      throws IOException {
    return listen(group, local, options, ServerSocketChannel::accept);
  }

  static Acceptor listen(
      NioEventLoopGroup group,
      Endpoint local,
      TransportOptions options,
      Listener.AcceptCall acceptCall)
      throws IOException {
    boolean unix = Sockets.isUnix(local);
    SocketSettings settings = SocketSettings.of(unix, options);
    List<SelectorLoop> loops = loops(group, options, settings.listeners());
    for (SelectorLoop loop : loops) {
      if (!loop.isOpen()) {
        throw new StreamException(
                StreamError.CLOSED, "cannot listen: the event loop " + loop + " was closed")
            .thrownHere();
      }
    }
    Function<SelectorLoop, NioEventLoop> homes =
        options.executor() != null || loops.size() > 1 ? loop -> loop : loop -> group.next();
    Listening listening = new Listening(settings, loops);
    try {
      Endpoint bound = listening.open(unix, local);
      NioAcceptor acceptor =
          new NioAcceptor(
              loops, homes, listening.channels, bound, settings, acceptCall, listening.cleanUp);
      acceptor.start();
      return acceptor;
    } catch (IOException | RuntimeException e) {
      listening.cleanUp.run();
      listening.channels.forEach(NioStream::closeQuietly);
      StreamError error =
          e instanceof StreamException known ? known.error() : SocketErrors.binding(e);
      throw new StreamException(error, "cannot listen on " + local + ": " + SocketErrors.text(e), e)
          .thrownHere();
    }
  }

  /** Returns a loop for each listener, as far as there are that many. */
  private static List<SelectorLoop> loops(
      NioEventLoopGroup group, TransportOptions options, int listeners) {
    if (listeners == 1 || options.executor() != null) {
      return List.of(Sockets.loop(options, group::next));
    }
    List<SelectorLoop> loops = new ArrayList<>();
    for (NioEventLoop loop : group.loops()) {
      if (loops.size() < listeners) {
        loops.add((SelectorLoop) loop);
      }
    }
    return loops;
  }

  private Endpoint open(boolean unix, Endpoint local) throws IOException {
    if (settings.inherited()) {
      InheritedSocket inherited = InheritedSocket.take(unix);
      channels.add(inherited.channel());
      return inherited.endpoint(local);
    }
    return unix ? openUnix(local) : openTcp(local);
  }

  private Endpoint openUnix(Endpoint local) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channels.add(channel);
    channel.configureBlocking(false);
    UnixSocketFile file =
        UnixSocketFile.bind(
            channel, Path.of(local.address()), settings.backlog(), settings.replacesStale());
    cleanUp = file::delete;
    file.setPermissions(settings.permissions());
    return local;
  }

  private Endpoint openTcp(Endpoint local) throws IOException {
    if (loops.size() == 1) {
      return bindTcp(local, false);
    }
    synchronized (Listening.class) { // between the look and the first socket
      if (!settings.sharesPort()) {
        requireFree(local);
      }
      Endpoint bound = local; // the first one has the system choose a port, where that is asked for
      for (int i = 0; i < loops.size(); i++) {
        bound = bindTcp(bound, true);
      }
      return bound;
    }
  }

  private Endpoint bindTcp(Endpoint local, boolean shared) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channels.add(channel);
    channel.configureBlocking(false);
    settings.applyToAcceptor(channel);
    if (shared) {
      sharePort(channel);
    }
    channel.bind(new InetSocketAddress(local.address(), local.port()), settings.backlog());
    return local.withPort(((InetSocketAddress) channel.getLocalAddress()).getPort());
  }

  /** Makes sure that this would not join somebody else's listeners on the port. */
  private void requireFree(Endpoint local) throws IOException {
    try (SocketChannel probe = SocketChannel.open()) { // one that cannot be connected to
      settings.applyToProbe(probe);
      probe.bind(new InetSocketAddress(local.address(), local.port()));
    }
  }

  /** Lets several sockets listen on a port, before they are bound to it. */
  static void sharePort(NetworkChannel channel) throws IOException {
    if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
      throw new StreamException(
          StreamError.UNSUPPORTED,
          "this system has no SO_REUSEPORT, so only one listener can have a port; leave out "
              + NioOptions.LISTENERS);
    }
    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
  }
}
