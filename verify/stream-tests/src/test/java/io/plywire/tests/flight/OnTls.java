// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawSocket;
import io.plywire.tests.tls.Wss;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** TLS that fails, between plywire and sockets of the JDK, or sockets that do none. */
final class OnTls {
  private OnTls() {}

  private static TlsConfig trusting() {
    return Wss.client(TlsEngine.jdk());
  }

  private static UnaryOperator<WebSocketClient.Builder> client(TlsConfig config) {
    return how -> how.with(TlsOptions.CONTEXT, TlsContext.of(config));
  }

  private static UnaryOperator<WebSocketServer.Builder> server(TlsConfig config) {
    return how -> how.with(TlsOptions.CONTEXT, TlsContext.of(config));
  }

  private static SSLServerSocket listen(MadeCertificate identity) throws Exception {
    return (SSLServerSocket)
        Wss.jdkContext(identity)
            .getServerSocketFactory()
            .createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
  }

  private static String uri(ServerSocket acceptor) {
    return "wss://127.0.0.1:" + acceptor.getLocalPort() + "/orders";
  }

  /** Reads a head that never comes, since the other side does not like the handshake. */
  private static void tryToRead(RawSocket socket) {
    try {
      socket.readHead();
    } catch (IOException | AssertionError e) {
      // As it should be; what the other side says of it is what counts.
    }
  }

  // ---- what clients meet

  static void shown(MadeCertificate certificate, TlsConfig config) throws Exception {
    ServerSocket acceptor = listen(certificate);
    OnSockets.client(acceptor, client(config), uri(acceptor), OnTls::tryToRead);
  }

  static void shown(MadeCertificate certificate) throws Exception {
    shown(certificate, trusting());
  }

  static void untrusted() throws Exception {
    shown(MadeCertificate.selfSigned("127.0.0.1"));
  }

  static void noCommonVersion() throws Exception {
    SSLServerSocket acceptor = listen(Wss.SERVER);
    acceptor.setEnabledProtocols(new String[] {"TLSv1.2"});
    OnSockets.client(
        acceptor, client(trusting().withProtocols("TLSv1.3")), uri(acceptor), OnTls::tryToRead);
  }

  static void plainServer() throws Exception {
    ServerSocket acceptor = RawSocket.listen();
    OnSockets.client(
        acceptor,
        client(trusting()),
        uri(acceptor),
        socket -> socket.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
  }

  static void peerLeaves() throws Exception {
    ServerSocket acceptor = RawSocket.listen();
    OnSockets.client(acceptor, client(trusting()), uri(acceptor), RawSocket::end);
  }

  static void peerIsSilent() throws Exception {
    ServerSocket acceptor = RawSocket.listen();
    TlsConfig hasty = trusting().withHandshakeTimeout(Duration.ofMillis(1));
    OnSockets.client(acceptor, client(hasty), uri(acceptor), socket -> {});
  }

  static void certificateWanted() throws Exception {
    SSLServerSocket acceptor = listen(Wss.SERVER);
    acceptor.setNeedClientAuth(true);
    OnSockets.client(acceptor, client(trusting()), uri(acceptor), OnTls::tryToRead);
  }

  /** The server has agreed to a WebSocket, and then its process is gone. */
  static void truncated() throws Exception {
    SSLContext own = Wss.jdkContext(Wss.SERVER);
    OnSockets.open(client(trusting()), "wss", plain -> plain.secured(own, false), RawSocket::end);
  }

  // ---- what servers meet

  static void plainClient() throws Exception {
    OnSockets.server(
        Wss.ANY,
        server(Wss.server(TlsEngine.jdk())),
        socket -> {
          socket.send(Harness.request());
          tryToRead(socket);
        });
  }

  static void secureClientAtAPlainPort() throws Exception {
    OnSockets.server(
        "ws://127.0.0.1:0/",
        how -> how,
        socket -> {
          socket.send(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}); // a ClientHello
          tryToRead(socket);
        });
  }

  static void noCertificateShown() throws Exception {
    TlsConfig needing =
        Wss.server(TlsEngine.jdk())
            .withClientAuth(ClientAuth.NEED)
            .withTrust(List.of(Wss.AUTHORITY.certificate()));
    SSLContext nobody = Wss.jdkContext(MadeCertificate.selfSigned("nobody"));
    OnSockets.server(Wss.ANY, server(needing), socket -> tryToRead(socket.secured(nobody, true)));
  }
}
