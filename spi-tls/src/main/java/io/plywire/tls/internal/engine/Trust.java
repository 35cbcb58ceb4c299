// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the JDK's trust managers from certificates. */
public final class Trust {
  private Trust() {}

  /** Returns one that trusts the certificates of a PEM file. */
  public static X509TrustManager of(Path pem) {
    return of(Pem.read(pem).certificates());
  }

  /** Returns one that trusts the certificates of a text in PEM form. */
  public static X509TrustManager of(String pem) {
    return of(Pem.of(pem, "the trusted certificates").certificates());
  }

  /** Returns one that trusts certificates. */
  public static X509TrustManager of(Collection<X509Certificate> certificates) {
    if (certificates.isEmpty()) {
      throw new TlsConfigException("no certificate to trust is given");
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate certificate : certificates) {
        store.setCertificateEntry("trusted-" + number++, certificate);
      }
      return of(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsConfigException("cannot trust " + certificates.size() + " certificates", e);
    }
  }

  /** Returns one that trusts the certificates of a store. */
  public static X509TrustManager of(KeyStore store) {
    X509TrustManager manager = manager(store);
    if (manager.getAcceptedIssuers().length == 0) {
      throw new TlsConfigException("the trust store holds no certificate");
    }
    return manager;
  }

  /** Returns one that trusts whom the JDK trusts. */
  static X509TrustManager ofJdk() {
    return manager(null);
  }

  /** Returns one that trusts everybody, whatever the name. */
  public static X509TrustManager anyone() {
    return new Anyone();
  }

  private static X509TrustManager manager(@Nullable KeyStore store) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException("the JDK makes no trust manager: " + e.getMessage(), e);
    }
    throw new TlsConfigException(
        "the JDK's trust managers are not for X.509: " + TrustManagerFactory.getDefaultAlgorithm());
  }

  /** Extended, so that no engine adds checks of its own. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String authType, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String authType, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return List.<X509Certificate>of().toArray(new X509Certificate[0]);
    }
  }
}
