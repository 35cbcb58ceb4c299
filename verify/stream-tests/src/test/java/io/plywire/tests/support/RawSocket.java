// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.transport.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A plain TCP socket as the peer: it sends any bytes, and takes note of how the other side ends.
 */
public final class RawSocket implements AutoCloseable {
  private final Socket socket;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Network.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /** Connects to a server. */
  public static RawSocket connect(Endpoint endpoint) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(endpoint.address(), endpoint.port()));
    return new RawSocket(socket);
  }

  /** Connects to a server and opens a WebSocket. */
  public static RawSocket upgrade(Endpoint endpoint) throws IOException {
    RawSocket raw = connect(endpoint);
    raw.send(Harness.request());
    String head = raw.readHead();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError("not upgraded: " + head);
    }
    return raw;
  }

  /** Listens for one client. */
  public static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  /** Waits for a client. */
  public static RawSocket accept(ServerSocket acceptor) throws IOException {
    acceptor.setSoTimeout((int) Network.PATIENCE.toMillis());
    return new RawSocket(acceptor.accept());
  }

  /** Waits for a client and opens a WebSocket. */
  public static RawSocket acceptUpgrade(ServerSocket acceptor) throws IOException {
    RawSocket raw = accept(acceptor);
    raw.send(RawPeer.response(raw.readHead()));
    return raw;
  }

  /** Puts TLS on the connection; this socket stays what is below it. */
  public RawSocket secured(SSLContext context, boolean client) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), false);
    secured.setUseClientMode(client);
    return new RawSocket(secured);
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads up to and including an empty line. */
  public String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        throw new AssertionError("the stream ended in the head: '" + head + "'");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** Reads until the end of the stream, which must be an end and not a reset. */
  public byte[] readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toByteArray();
  }

  /** Reads frames until the end of the stream. */
  public List<Frame> readFramesToEnd() throws IOException {
    return Frame.decodeAll(readToEnd());
  }

  /** Ends this side of the stream. */
  public void end() throws IOException {
    socket.shutdownOutput();
  }

  /** Breaks the connection off, so that the other side gets a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
