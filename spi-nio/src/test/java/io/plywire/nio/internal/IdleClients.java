// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections that say nothing, in a process of their own, so that both sides have the whole
 * number of descriptors that the system allows to one. Writes a byte on each when it gets one on
 * its standard input, and ends with it.
 */
final class IdleClients {
  private IdleClients() {}

  /** Arguments: port, number of connections. */
  public static void main(String[] args) throws IOException {
    InetSocketAddress server =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    List<SocketChannel> open = new ArrayList<>();
    for (int i = Integer.parseInt(args[1]); i > 0; i--) {
      open.add(SocketChannel.open(server));
    }
    while (System.in.read() >= 0) {
      for (SocketChannel channel : open) {
        channel.write(ByteBuffer.allocate(1));
      }
    }
  }

  static Process start(int port, int connections) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            IdleClients.class.getName(),
            String.valueOf(port),
            String.valueOf(connections))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
