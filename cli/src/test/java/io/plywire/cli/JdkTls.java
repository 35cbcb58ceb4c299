// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.certificates.MadeCertificate;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Sockets of the JDK that do TLS. */
final class JdkTls {
  private JdkTls() {}

  /**
   * Listens on some port.
   *
   * @param identity who the server is
   * @param clients who has issued the certificates that clients must have, or null if they need
   *     none
   */
  static SSLServerSocket server(MadeCertificate identity, @Nullable MadeCertificate clients)
      throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own", identity.key(), new char[0], identity.chain().toArray(new Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), clients == null ? null : trusting(clients), null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    socket.setNeedClientAuth(clients != null);
    return socket;
  }

  private static TrustManager[] trusting(MadeCertificate authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", authority.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }
}
