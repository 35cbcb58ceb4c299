// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves one TCP connection byte by byte, so that it can misbehave. */
final class RawServer implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

  /** What the server does with its connection, which is closed afterwards. */
  @FunctionalInterface
  interface Behaviour {
    void serve(RawServer server, Socket socket) throws Exception;
  }

  private final ServerSocket acceptor;
  private final Thread thread;

  RawServer(Behaviour behaviour) throws IOException {
    this(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), behaviour);
  }

  /** Serves a connection of any kind, such as one of TLS. */
  RawServer(ServerSocket acceptor, Behaviour behaviour) {
    this.acceptor = acceptor;
    thread =
        new Thread(
            () -> {
              try (Socket socket = acceptor.accept()) {
                behaviour.serve(this, socket);
              } catch (Exception e) {
                // The test looks at the other side.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "ws://127.0.0.1:" + acceptor.getLocalPort() + "/";
  }

  /** Reads the head of the request. */
  static String head(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the client has gone");
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static void send(Socket socket, int... bytes) throws IOException {
    byte[] frame = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      frame[i] = (byte) bytes[i];
    }
    socket.getOutputStream().write(frame);
  }

  /** Agrees to the upgrade. */
  static void upgrade(Socket socket) throws Exception {
    Matcher key = KEY.matcher(head(socket));
    if (!key.find()) {
      throw new IOException("no key");
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                    .getBytes(StandardCharsets.ISO_8859_1));
    send(
        socket,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(digest)
            + "\r\n\r\n");
  }

  /** Takes what comes until the client leaves. */
  static void drain(Socket socket) throws IOException {
    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
  }
}
