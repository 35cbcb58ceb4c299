// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Upgrade;
import io.plywire.bench.echo.wire.PlainWire;
import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsMemory;
import io.plywire.bench.echo.wire.TlsWire;
import io.plywire.bench.echo.wire.Wire;
import io.plywire.tls.TlsContext;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Opens connections, one after the other and blocking: nothing of it is measured. */
final class Opening {
  /** What a wire wants as room, and more than any answer. */
  private static final int ANSWER_ROOM = TlsMemory.IN_BYTES;

  private final int port;
  private final @Nullable TlsContext tls;
  private final @Nullable TlsMemory memory;

  /**
   * Prepares for a server.
   *
   * @param port where it listens
   * @param secure whether to speak TLS
   */
  Opening(int port, boolean secure) {
    this.port = port;
    tls = secure ? Security.clientContext() : null;
    memory = tls == null ? null : Security.memory(tls, port);
  }

  /** Connects; nothing was said yet. */
  SocketChannel connect() throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Upgrades a connection, after the handshake of TLS if that is wanted.
   *
   * @param channel in blocking mode
   * @return an open WebSocket on it
   */
  Wire upgrade(SocketChannel channel) throws IOException {
    Wire wire = wire(channel);
    while (!secured(wire)) {
      // blocking, so it is the peer's turn
    }
    ByteBuffer request = ByteBuffer.wrap(Upgrade.request(port));
    while (request.hasRemaining()) {
      wire.write(request);
    }
    wire.flush();
    ByteBuffer answer = ByteBuffer.allocate(ANSWER_ROOM);
    int length = 0;
    while (length == 0) {
      if (wire.read(answer) < 0) {
        throw new EOFException("the server ended the connection instead of upgrading it");
      }
      String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      length = answerLength(text);
    }
    if (length != answer.position()) {
      throw new IOException("the server spoke before the client did");
    }
    return wire;
  }

  /** Makes the wire of a connection on which nothing was said yet. */
  Wire wire(SocketChannel channel) throws IOException {
    return tls == null || memory == null
        ? new PlainWire(channel)
        : new TlsWire(channel, Security.client(tls, port), memory);
  }

  /**
   * Goes on with the handshake of TLS, if there has to be one.
   *
   * @return whether it is done
   */
  static boolean secured(Wire wire) throws IOException {
    if (!(wire instanceof TlsWire secure)) {
      return true;
    }
    if (!secure.handshake()) {
      return false;
    }
    SSLSession session = secure.session();
    if (!session.getProtocol().equals(Security.PROTOCOL)
        || !session.getCipherSuite().equals(Security.SUITE)) {
      throw new IOException(
          "the server chose "
              + session.getProtocol()
              + " with "
              + session.getCipherSuite()
              + " instead of "
              + Security.PROTOCOL
              + " with "
              + Security.SUITE);
    }
    return true;
  }

  /** Looks at an answer as {@link Upgrade#answerLength} does. */
  static int answerLength(String received) throws IOException {
    try {
      return Upgrade.answerLength(received);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
