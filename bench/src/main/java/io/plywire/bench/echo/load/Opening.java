// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Upgrade;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Opens connections, one after the other and blocking: nothing of it is measured. */
final class Opening {
  private static final int MAX_ANSWER_BYTES = 4096;

  private Opening() {}

  /**
   * Connects and upgrades.
   *
   * @return an open WebSocket, in blocking mode
   */
  static SocketChannel open(int port) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      upgrade(channel, port);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void upgrade(SocketChannel channel, int port) throws IOException {
    ByteBuffer request = ByteBuffer.wrap(Upgrade.request(port));
    while (request.hasRemaining()) {
      channel.write(request);
    }
    ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER_BYTES);
    int length = 0;
    while (length == 0) {
      if (!answer.hasRemaining()) {
        throw new IOException("the answer to the upgrade is longer than " + MAX_ANSWER_BYTES);
      }
      if (channel.read(answer) < 0) {
        throw new EOFException("the server ended the connection instead of upgrading it");
      }
      String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      try {
        length = Upgrade.answerLength(text);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    if (length != answer.position()) {
      throw new IOException("the server spoke before the client did");
    }
  }
}
