// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Connected sockets. */
public final class Sockets {
  private Sockets() {}

  /** Two ends of one connection, blocking. */
  public record Ends(SocketChannel client, SocketChannel server) {
    /** Closes them. */
    void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /** Makes what has two ends. */
  @FunctionalInterface
  public interface Source {
    /** Connects. */
    Ends open() throws IOException;
  }

  /** Connects two ends by TCP. */
  public static Ends tcp() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return accepted(listener, SocketChannel.open(listener.getLocalAddress()));
    }
  }

  /** As {@link #tcp}; when the client is closed, the server sees a reset. */
  public static Ends tcpWithReset() throws IOException {
    Ends ends = tcp();
    ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    return ends;
  }

  /** As {@link #tcp}, with buffers of the system of about so many bytes. */
  public static Ends tcp(int bufferBytes) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel client = SocketChannel.open();
      client.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
      client.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
      client.connect(listener.getLocalAddress());
      Ends ends = accepted(listener, client);
      ends.server().setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
      return ends;
    }
  }

  /** Takes the connection of that client; on a port that is used again strangers may come. */
  private static Ends accepted(ServerSocketChannel listener, SocketChannel client)
      throws IOException {
    SocketAddress expected = client.getLocalAddress();
    while (true) {
      SocketChannel server = listener.accept();
      if (expected.equals(server.getRemoteAddress())) {
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Ends(client, server);
      }
      server.close();
    }
  }

  /** As {@link #unix}, with buffers of the system of about so many bytes. */
  public static Ends unix(int bufferBytes) throws IOException {
    Ends ends = unix();
    ends.client().setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
    ends.server().setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
    return ends;
  }

  /** Connects two ends by a Unix domain socket, whose window is soon full. */
  public static Ends unix() throws IOException {
    Path folder = Files.createTempDirectory("odd");
    Path path = folder.resolve("s");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      SocketChannel client = SocketChannel.open(listener.getLocalAddress());
      return new Ends(client, listener.accept());
    } finally {
      Files.deleteIfExists(path);
      Files.deleteIfExists(folder);
    }
  }
}
