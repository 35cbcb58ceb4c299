// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Conscrypt and a trust manager. In TLS 1.3, Conscrypt says {@code GENERIC} for the
 * key exchange, where the JDK says {@code UNKNOWN} and its trust manager refuses anything else; and
 * it does not check the host name when the trust manager is not an extended one, as the JDK does.
 */
final class ConscryptTrustManager extends X509ExtendedTrustManager {
  private final X509TrustManager trust;
  private final @Nullable X509ExtendedTrustManager extended;

  private ConscryptTrustManager(X509TrustManager trust) {
    this.trust = trust;
    extended = trust instanceof X509ExtendedTrustManager e ? e : null;
  }

  /** Returns a trust manager for Conscrypt; its own is left as it is. */
  static X509TrustManager around(X509TrustManager trust) {
    return org.conscrypt.Conscrypt.isConscrypt(trust) ? trust : new ConscryptTrustManager(trust);
  }

  private static String words(String authType) {
    return authType.equals("GENERIC") ? "UNKNOWN" : authType;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (extended != null) {
      extended.checkServerTrusted(chain, words(authType), engine);
      return;
    }
    trust.checkServerTrusted(chain, words(authType));
    if ("HTTPS".equals(engine.getSSLParameters().getEndpointIdentificationAlgorithm())) {
      String host = engine.getPeerHost();
      if (host == null || !HostNames.matches(host, chain[0])) {
        throw new HostNameException(chain[0]);
      }
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (extended != null) {
      extended.checkClientTrusted(chain, words(authType), engine);
    } else {
      trust.checkClientTrusted(chain, words(authType));
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    trust.checkServerTrusted(chain, words(authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    trust.checkClientTrusted(chain, words(authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new UnsupportedOperationException("there are no sockets here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new UnsupportedOperationException("there are no sockets here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
