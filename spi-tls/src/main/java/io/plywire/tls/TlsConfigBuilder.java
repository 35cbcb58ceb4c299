// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.KeyLogFile;
import io.plywire.tls.internal.engine.Material;
import io.plywire.tls.internal.engine.Trust;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What both sides can set. Material is read at once, so that an unreadable file fails where it is
 * named. Not thread-safe; a builder may be used again after {@link #build}.
 *
 * @param <B> the builder itself
 */
public abstract sealed class TlsConfigBuilder<B extends TlsConfigBuilder<B>>
    permits TlsClientConfigBuilder, TlsServerConfigBuilder {
  private static final List<String> KNOWN_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** The settings; copied into each configuration that is built. */
  static final class Values {
    final Role role;
    TlsEngine engine = TlsEngine.jdk();
    List<String> protocols = KNOWN_PROTOCOLS;
    List<String> cipherSuites = List.of();
    List<String> groups = List.of();
    List<String> applicationProtocols = List.of("http/1.1");
    boolean applicationProtocolRequired;
    boolean verifyHostName = true;
    ClientAuth clientAuth = ClientAuth.NONE;
    boolean resumption = true;
    Duration handshakeTimeout = Duration.ofSeconds(10);
    @Nullable Executor taskExecutor;
    @Nullable Consumer<String> keyLog;
    List<TlsIdentity> identities = List.of();
    Map<String, List<TlsIdentity>> named = Map.of();
    @Nullable X509KeyManager keyManager;
    @Nullable X509TrustManager trust;

    Values(Role role) {
      this.role = role;
    }

    Values(Values from) {
      role = from.role;
      engine = from.engine;
      protocols = from.protocols;
      cipherSuites = from.cipherSuites;
      groups = from.groups;
      applicationProtocols = from.applicationProtocols;
      applicationProtocolRequired = from.applicationProtocolRequired;
      verifyHostName = from.verifyHostName;
      clientAuth = from.clientAuth;
      resumption = from.resumption;
      handshakeTimeout = from.handshakeTimeout;
      taskExecutor = from.taskExecutor;
      keyLog = from.keyLog;
      identities = from.identities;
      named = from.named;
      keyManager = from.keyManager;
      trust = from.trust;
    }

    Material material() {
      return new Material(identities, named, keyManager, trust);
    }
  }

  final Values values;

  TlsConfigBuilder(Role role) {
    values = new Values(role);
  }

  abstract B self();

  /**
   * Chooses the engine; the JDK's by default. There is no falling back: an engine that is not there
   * makes {@link TlsContext#of} fail.
   *
   * @param engine which one
   */
  public B engine(TlsEngine engine) {
    values.engine = Objects.requireNonNull(engine, "engine");
    return self();
  }

  /**
   * Adds a certificate with its key. A server shows it for the names in the certificate, and the
   * first one added where no other fits or the client asks for none; several for the same name with
   * different kinds of key may be given. A client shows the first one that the server takes.
   *
   * @param identity certificate chain and key
   */
  public B identity(TlsIdentity identity) {
    Objects.requireNonNull(identity, "identity");
    values.identities = append(values.identities, identity);
    return self();
  }

  /**
   * Adds every private key of a store.
   *
   * @param store already loaded
   * @param password of the keys
   * @throws TlsConfigException if it holds no key, or the password is wrong
   */
  public B keyStore(KeyStore store, char[] password) {
    for (TlsIdentity identity : TlsIdentity.all(store, password)) {
      identity(identity);
    }
    return self();
  }

  /**
   * Leaves the choice of certificates to a key manager, in place of {@link #identity}. With the
   * engines of Conscrypt and BouncyCastle it must know the types of key that they ask for.
   *
   * @param manager the caller's own
   */
  public B keyManager(X509KeyManager manager) {
    values.keyManager = Objects.requireNonNull(manager, "manager");
    return self();
  }

  /**
   * Trusts the certificates in a PEM file and those they have signed, and nobody else.
   *
   * @param pem one or more certificates
   * @throws TlsConfigException if it cannot be read or holds no certificate
   */
  public B trust(Path pem) {
    return trustManager(Trust.of(pem));
  }

  /**
   * Trusts the certificates in a text in PEM form and those they have signed, and nobody else.
   *
   * @param pem one or more certificates
   * @throws TlsConfigException if it holds no certificate
   */
  public B trustPem(String pem) {
    return trustManager(Trust.of(pem));
  }

  /**
   * Trusts these certificates and those they have signed, and nobody else.
   *
   * @param certificates one or more
   */
  public B trust(Collection<X509Certificate> certificates) {
    return trustManager(Trust.of(certificates));
  }

  /**
   * Trusts the certificates in a store and those they have signed, and nobody else.
   *
   * @param store already loaded
   * @throws TlsConfigException if it holds no certificate
   */
  public B trust(KeyStore store) {
    return trustManager(Trust.of(store));
  }

  /**
   * Leaves the decision to a trust manager. The server's name is checked beside it, also by those
   * engines that leave it out when the manager is not an extended one.
   *
   * @param manager the caller's own
   */
  public B trustManager(X509TrustManager manager) {
    values.trust = Objects.requireNonNull(manager, "manager");
    return self();
  }

  /**
   * Chooses the protocol versions; {@code TLSv1.3} and {@code TLSv1.2} by default.
   *
   * @param protocols one or both of them; older ones are not to be used (RFC 8996)
   * @throws TlsConfigException if one is neither
   */
  public B protocols(String... protocols) {
    if (protocols.length == 0) {
      throw new TlsConfigException("no protocol version given; " + KNOWN_PROTOCOLS + " are known");
    }
    for (String protocol : protocols) {
      if (!KNOWN_PROTOCOLS.contains(protocol)) {
        throw new TlsConfigException(
            "protocol version " + protocol + " is refused; " + KNOWN_PROTOCOLS + " are known");
      }
    }
    values.protocols = List.of(protocols);
    return self();
  }

  /**
   * Chooses the cipher suites.
   *
   * @param suites their names in the IANA registry, best first; none for the default
   */
  public B cipherSuites(String... suites) {
    values.cipherSuites = List.of(suites);
    return self();
  }

  /**
   * Chooses the groups of the key exchange. One that the engine does not have makes {@link
   * TlsContext#of} fail, and so does any choice with an engine that takes none.
   *
   * @param groups their names in the IANA registry, best first, such as {@code X25519MLKEM768},
   *     {@code x25519}, {@code secp256r1}; none for the default of the engine
   */
  public B groups(String... groups) {
    values.groups = List.of(groups);
    return self();
  }

  /**
   * Chooses the application protocols for ALPN (RFC 7301); {@code http/1.1} by default. A server
   * that has none in common with a client that offers some refuses it.
   *
   * @param protocols best first; none for no ALPN
   */
  public B applicationProtocols(String... protocols) {
    for (String protocol : protocols) {
      if (protocol.isEmpty() || protocol.length() > 255) {
        throw new TlsConfigException(
            "application protocol '" + protocol + "' does not have 1 to 255 characters");
      }
    }
    values.applicationProtocols = List.of(protocols);
    return self();
  }

  /**
   * Refuses a connection where no application protocol was agreed on, because the peer does not do
   * ALPN; off by default.
   *
   * @param required whether
   */
  public B requireApplicationProtocol(boolean required) {
    values.applicationProtocolRequired = required;
    return self();
  }

  /**
   * Allows resumption of sessions; on by default. Without it each connection gets a context of its
   * own from the engine, so nothing can be resumed by either side.
   *
   * @param allowed whether
   */
  public B resumption(boolean allowed) {
    values.resumption = allowed;
    return self();
  }

  /**
   * Sets how long a handshake may take; ten seconds by default.
   *
   * @param timeout zero means no limit
   */
  public B handshakeTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new TlsConfigException("handshake timeout " + timeout + " is negative");
    }
    values.handshakeTimeout = timeout;
    return self();
  }

  /**
   * Runs slow steps of the handshake, such as signatures and a trust manager that asks the network,
   * elsewhere than on the stream's executor.
   *
   * @param executor the caller's own; it may block
   */
  public B taskExecutor(Executor executor) {
    values.taskExecutor = Objects.requireNonNull(executor, "executor");
    return self();
  }

  /**
   * Hands out the secrets of each connection, one line of the NSS key log format each, to decrypt
   * captured traffic while looking for a fault. Whoever has them can read everything. Sessions are
   * not resumed meanwhile.
   *
   * @param sink gets lines without a line end; from any thread, never two at once
   */
  public B keyLog(Consumer<String> sink) {
    values.keyLog = Objects.requireNonNull(sink, "sink");
    return self();
  }

  /**
   * Appends the secrets of each connection to a file; see {@link #keyLog(Consumer)}.
   *
   * @param file made if it is not there, for its owner only where the file system can say so
   */
  public B keyLog(Path file) {
    return keyLog(new KeyLogFile(file));
  }

  /**
   * Returns a configuration.
   *
   * @throws TlsConfigException if settings contradict each other
   */
  public TlsConfig build() {
    if (values.keyManager != null && !values.identities.isEmpty()) {
      throw new TlsConfigException("both a key manager and certificates were given; give one");
    }
    if (values.applicationProtocolRequired && values.applicationProtocols.isEmpty()) {
      throw new TlsConfigException(
          "an application protocol is required, and none is given to offer");
    }
    check();
    return new TlsConfig(new Values(values));
  }

  /** Checks what only this side knows. */
  abstract void check();

  static List<TlsIdentity> append(@Nullable List<TlsIdentity> list, TlsIdentity identity) {
    List<TlsIdentity> longer = list == null ? new ArrayList<>() : new ArrayList<>(list);
    longer.add(identity);
    return List.copyOf(longer);
  }

  /** Adds an identity for a name that need not stand in its certificate. */
  final void name(String pattern, TlsIdentity identity) {
    Map<String, List<TlsIdentity>> copy = new LinkedHashMap<>(values.named);
    copy.put(pattern, append(copy.get(pattern), identity));
    values.named = Map.copyOf(copy);
  }
}
