// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.certificates.MadeCertificate;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Stands between the suite, which speaks plain text, and plywire, which speaks TLS: takes
 * connections on a port of its own and passes bytes and ends on, both ways. Its TLS is the sockets
 * of the JDK, which share no code with the layer under test.
 */
final class TlsHop implements Closeable {
  private static final char[] PASSWORD = {};

  private final ServerSocket listener;
  private final SocketFactory onward;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private TlsHop(ServerSocketFactory inward, SocketFactory onward, int port) throws IOException {
    this.listener = inward.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.onward = onward;
    this.port = port;
    threads.execute(this::accept);
  }

  /** Starts one that speaks plain text towards the suite and TLS towards our server. */
  static TlsHop towardsServer(MadeCertificate server, int port) throws IOException {
    return new TlsHop(ServerSocketFactory.getDefault(), context(server).getSocketFactory(), port);
  }

  /** Starts one that speaks TLS towards our client and plain text towards the suite. */
  static TlsHop towardsSuite(MadeCertificate shown, int port) throws IOException {
    return new TlsHop(context(shown).getServerSocketFactory(), SocketFactory.getDefault(), port);
  }

  /** Shows a certificate, and trusts it. */
  private static SSLContext context(MadeCertificate certificate) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, PASSWORD);
      store.setKeyEntry(
          "own", certificate.key(), PASSWORD, certificate.chain().toArray(Certificate[]::new));
      store.setCertificateEntry("trusted", certificate.certificate());
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, PASSWORD);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS between the suite and plywire: " + e.getMessage(), e);
    }
  }

  /** Returns where it takes connections. */
  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        open.add(near);
        threads.execute(() -> connect(near));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket near) {
    try {
      Socket far = onward.createSocket(InetAddress.getLoopbackAddress(), port);
      open.add(far);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      threads.execute(() -> pass(near, far));
      pass(far, near);
    } catch (IOException e) {
      end(near);
    }
  }

  /**
   * Passes on what one side says, and its end; a connection that breaks is broken on both sides.
   */
  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[16 << 10];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        out.write(bytes, 0, n);
        out.flush();
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) { // the other direction has ended before
        end(from);
        end(to);
      }
    } catch (IOException e) {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(this::end);
    threads.shutdownNow();
  }
}
