// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * Addresses and ports for clients that come and go. The side that ends a connection first has to
 * remember it for a minute (TIME_WAIT), and one address would be out of ports after 28,000 of them;
 * so each connection comes from the next of some millions, all of them this machine's.
 */
final class Sources {
  private static final int ADDRESSES = 100; // 127.0.1.1 to 127.0.1.100
  private static final int FIRST_PORT = 10_000;
  private static final int PORTS = 50_000;
  private static final int MAX_TRIES = 1000; // others may have some of the ports

  private final InetSocketAddress server;
  private int next = Math.floorMod((int) System.nanoTime(), ADDRESSES * PORTS);

  /** Prepares for a server that listens on a port of 127.0.0.1. */
  Sources(int port) {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Connects from the next source, blocking, which the kernel does alone over loopback. */
  SocketChannel connect() throws IOException {
    for (int i = 1; ; i++) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.bind(source());
        channel.connect(server);
        return channel;
      } catch (BindException e) { // also by connect, if the pair is remembered
        channel.close();
        if (i == MAX_TRIES) {
          throw e;
        }
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  private InetSocketAddress source() throws IOException {
    int source = next;
    next = (next + 1) % (ADDRESSES * PORTS);
    byte[] address = {127, 0, 1, (byte) (1 + source % ADDRESSES)};
    return new InetSocketAddress(
        InetAddress.getByAddress(address), FIRST_PORT + source / ADDRESSES);
  }
}
