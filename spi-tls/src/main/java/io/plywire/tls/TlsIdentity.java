// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.tls.internal.engine.HostNames;
import io.plywire.tls.internal.engine.KeyMatch;
import io.plywire.tls.internal.engine.Pem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who one side is: a certificate, those that lead from it to a trusted one, and its private key.
 * That the key belongs to the certificate has been tried. Immutable.
 */
public final class TlsIdentity {
  private final PrivateKey privateKey;
  private final List<X509Certificate> certificates;
  private final List<String> names;

  private TlsIdentity(PrivateKey privateKey, List<X509Certificate> certificates, String source) {
    this.privateKey = Objects.requireNonNull(privateKey, "privateKey");
    this.certificates = List.copyOf(certificates);
    names = List.of();
    if (certificates.isEmpty()) {
      throw new TlsConfigException(source + " holds no certificate");
    }
    KeyMatch.check(privateKey, certificates.get(0), source);
  }

  private TlsIdentity(TlsIdentity from, List<String> names) {
    privateKey = from.privateKey;
    certificates = from.certificates;
    this.names = names;
  }

  /**
   * Makes an identity of a key and a chain.
   *
   * @param privateKey may live outside of the JVM
   * @param certificates the key's own first, then each one's issuer; the trusted one may be left
   *     out
   * @throws TlsConfigException if the key does not belong to the first certificate
   */
  public static TlsIdentity of(PrivateKey privateKey, List<X509Certificate> certificates) {
    return new TlsIdentity(privateKey, certificates, "the chain");
  }

  /**
   * Reads an identity from files in PEM form.
   *
   * @param chain certificates, the key's own first
   * @param key a private key that is not encrypted: PKCS#8, PKCS#1 or SEC 1; may be the same file
   * @throws TlsConfigException if a file cannot be read or the key does not belong to the
   *     certificate
   */
  public static TlsIdentity pem(Path chain, Path key) {
    return pem(chain, key, null);
  }

  /**
   * Reads an identity from files in PEM form.
   *
   * @param chain certificates, the key's own first
   * @param key a private key: PKCS#8, encrypted or not, PKCS#1 or SEC 1; may be the same file
   * @param password of the key, or null if it is not encrypted
   * @throws TlsConfigException if a file cannot be read, the password is wrong, or the key does not
   *     belong to the certificate
   */
  public static TlsIdentity pem(Path chain, Path key, char @Nullable [] password) {
    return new TlsIdentity(
        Pem.read(key).privateKey(password), Pem.read(chain).certificates(), chain.toString());
  }

  /**
   * Reads an identity from texts in PEM form.
   *
   * @param chain certificates, the key's own first
   * @param key a private key: PKCS#8, encrypted or not, PKCS#1 or SEC 1
   * @param password of the key, or null if it is not encrypted
   * @throws TlsConfigException if a text cannot be read, the password is wrong, or the key does not
   *     belong to the certificate
   */
  public static TlsIdentity pem(String chain, String key, char @Nullable [] password) {
    return new TlsIdentity(
        Pem.of(key, "the key").privateKey(password),
        Pem.of(chain, "the chain").certificates(),
        "the chain");
  }

  /**
   * Returns every private key of a store with its chain, in the order of their aliases.
   *
   * @param store already loaded
   * @param password of the keys
   * @throws TlsConfigException if it holds no key, or the password is wrong
   */
  public static List<TlsIdentity> all(KeyStore store, char[] password) {
    List<TlsIdentity> found = new ArrayList<>();
    try {
      List<String> aliases = Collections.list(store.aliases());
      Collections.sort(aliases);
      for (String alias : aliases) {
        Certificate[] chain = store.getCertificateChain(alias);
        if (store.isKeyEntry(alias) && chain != null) {
          found.add(entry(alias, store.getKey(alias, password), chain));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException("the key store gives out no key: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new TlsConfigException("the key store holds no private key with a certificate");
    }
    return List.copyOf(found);
  }

  private static TlsIdentity entry(String alias, Key key, Certificate[] chain) {
    String source = "entry '" + alias + "' of the key store";
    if (!(key instanceof PrivateKey privateKey)) {
      throw new TlsConfigException(source + " is no private key");
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate certificate : chain) {
      if (!(certificate instanceof X509Certificate x509)) {
        throw new TlsConfigException(source + " is certified by other means than X.509");
      }
      certificates.add(x509);
    }
    return new TlsIdentity(privateKey, certificates, source);
  }

  /**
   * Returns a copy that a server shows to clients that ask for one of these names, before those
   * that have the name in their certificate. An exact name goes before a pattern. A client has no
   * use for them.
   *
   * @param names such as {@code chat.example.com}, or {@code *.example.com} for any one label
   * @throws TlsConfigException if one is neither a host name nor such a pattern
   */
  public TlsIdentity withNames(String... names) {
    List<String> patterns = new ArrayList<>();
    for (String name : names) {
      String pattern = HostNames.pattern(name);
      if (pattern == null) {
        throw new TlsConfigException(
            "server name '"
                + name
                + "' is neither a host name nor a pattern such as *.example.com");
      }
      patterns.add(pattern);
    }
    return new TlsIdentity(this, List.copyOf(patterns));
  }

  /**
   * Returns the names and patterns that it was given, in lower case, beside those in its
   * certificate. Default: none.
   */
  public List<String> names() {
    return names;
  }

  /** Returns the private key. */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /** Returns the chain, the key's own certificate first; never empty. */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /** Shows the certificate, not the key. */
  @Override
  public String toString() {
    X509Certificate own = certificates.get(0);
    return "TlsIdentity["
        + own.getSubjectX500Principal().getName()
        + ", "
        + privateKey.getAlgorithm()
        + ", valid until "
        + own.getNotAfter().toInstant()
        + (names.isEmpty() ? "" : ", for " + names)
        + "]";
  }
}
