// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket that the process was started with as its standard input, by inetd or
 * systemd. There is one for each process, and the JDK hands out the same object every time.
 */
record InheritedSocket(ServerSocketChannel channel, SocketAddress address) {
  private static @Nullable Channel taken; // guarded by the class

  /** Takes it, for good. */
  @SuppressWarnings("ReferenceEquality") // the very same channel
  static synchronized InheritedSocket take(boolean unix) throws IOException {
    Channel channel = System.inheritedChannel();
    if (channel == null) {
      throw unavailable("there is none: standard input is not a socket");
    }
    if (channel == taken) {
      throw new StreamException(
          channel.isOpen() ? StreamError.ADDRESS_IN_USE : StreamError.CLOSED,
          "the inherited socket was taken by an acceptor before; it can be taken once");
    }
    if (channel instanceof SocketChannel) {
      throw unavailable(
          "standard input is a connection; inetd must have 'wait', systemd 'Accept=no'");
    }
    SocketAddress address =
        channel instanceof ServerSocketChannel server ? server.getLocalAddress() : null;
    if (address == null || (address instanceof InetSocketAddress tcp && tcp.getPort() == 0)) {
      throw unavailable("standard input is a socket that does not listen: " + channel);
    }
    if (address instanceof UnixDomainSocketAddress != unix) {
      throw unavailable(
          "it listens on " + address + ", which is not for " + (unix ? Sockets.UNIX : Sockets.TCP));
    }
    ServerSocketChannel server = (ServerSocketChannel) channel;
    server.configureBlocking(false);
    taken = channel;
    return new InheritedSocket(server, address);
  }

  private static StreamException unavailable(String why) {
    return new StreamException(
        StreamError.ADDRESS_UNAVAILABLE, "no listening socket was inherited, " + why);
  }

  /** Returns where it listens. */
  Endpoint endpoint(Endpoint asked) {
    if (address instanceof InetSocketAddress tcp) {
      String host = tcp.getAddress().getHostAddress();
      return new Endpoint(asked.transport(), asked.secure(), host, tcp.getPort(), asked.target());
    }
    return new Endpoint(
        asked.transport(), asked.secure(), address.toString(), asked.port(), asked.target());
  }
}
