// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A proxy that asks for Basic credentials or for none, and passes on whatever comes. */
final class RelayProxy implements AutoCloseable {
  private final ServerSocket acceptor;
  private final @Nullable String credentials;
  private final boolean socks;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private RelayProxy(ServerSocket acceptor, @Nullable String credentials, boolean socks) {
    this.acceptor = acceptor;
    this.credentials = credentials;
    this.socks = socks;
    daemon(this::acceptAll);
  }

  static RelayProxy http(@Nullable String credentials) throws IOException {
    return http(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), credentials);
  }

  static RelayProxy http(ServerSocket acceptor, @Nullable String credentials) {
    return new RelayProxy(acceptor, credentials, false);
  }

  static RelayProxy socks5() throws IOException {
    return new RelayProxy(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), null, true);
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  int port() {
    return acceptor.getLocalPort();
  }

  /** Returns the heads of all requests, or the hosts and ports of SOCKS. */
  List<String> asked() {
    return asked;
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = acceptor.accept();
        open.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = socks ? bySocks(client) : byConnect(client)) {
      if (server != null) {
        open.add(server);
        daemon(() -> pass(server, client));
        pass(client, server);
      }
    } catch (IOException e) {
      // The test looks at the client.
    }
  }

  private @Nullable Socket byConnect(Socket client) throws IOException {
    String head = RawServer.head(client);
    asked.add(head);
    if (credentials != null
        && !head.contains(
            "Proxy-Authorization: Basic "
                + Base64.getEncoder()
                    .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))) {
      RawServer.send(
          client,
          "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
              + "Connection: close\r\nContent-Length: 0\r\n\r\n");
      return null;
    }
    String target = head.split(" ")[1];
    int colon = target.lastIndexOf(':');
    Socket server = new Socket(target.substring(0, colon), port(target.substring(colon + 1)));
    RawServer.send(client, "HTTP/1.1 200 Go on\r\n\r\n");
    return server;
  }

  private static int port(String digits) {
    return Integer.parseInt(digits);
  }

  /** RFC 1928, as far as a client without credentials needs it. */
  private Socket bySocks(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    in.readByte();
    in.readFully(new byte[in.readUnsignedByte()]);
    RawServer.send(client, 5, 0);
    in.readFully(new byte[3]);
    byte[] host = new byte[in.readByte() == 1 ? 4 : in.readUnsignedByte()];
    in.readFully(host);
    String name =
        host.length == 4
            ? InetAddress.getByAddress(host).getHostAddress()
            : new String(host, StandardCharsets.US_ASCII);
    int port = in.readUnsignedShort();
    asked.add(name + ":" + port);
    Socket server = new Socket(name, port);
    RawServer.send(client, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
    return server;
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The other direction ends with it.
    }
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
