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
import javax.net.ssl.SSLEngine;
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
    Wire wire =
        tls == null || memory == null ? new PlainWire(channel) : secure(channel, tls, memory);
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
      try {
        length = Upgrade.answerLength(text);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    if (length != answer.position()) {
      throw new IOException("the server spoke before the client did");
    }
    return wire;
  }

  private Wire secure(SocketChannel channel, TlsContext context, TlsMemory shared)
      throws IOException {
    SSLEngine engine = Security.client(context, port);
    TlsWire wire = new TlsWire(channel, engine, shared);
    while (!wire.handshake()) {
      // blocking, so it is the peer's turn
    }
    SSLSession session = engine.getSession();
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
    return wire;
  }
}
