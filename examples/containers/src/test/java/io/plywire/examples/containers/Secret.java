// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import io.plywire.certificates.MadeCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The key and the certificate of a server, in the forms that servers want. */
record Secret(PrivateKey key, X509Certificate[] chain) {
  static final String PASSWORD = "secret";

  static Secret of(MadeCertificate made) {
    return new Secret(made.key(), made.chain().toArray(X509Certificate[]::new));
  }

  KeyStore keyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", key, PASSWORD.toCharArray(), chain);
    return store;
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(keyStore(), PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
