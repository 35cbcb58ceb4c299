// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Durations;
import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.KeyLogFile;
import io.plywire.tls.internal.engine.Material;
import io.plywire.tls.internal.engine.Trust;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How one side does TLS: with which engine, who it is, whom it trusts, and what it offers.
 * Immutable; each {@code with} method returns a changed copy, and refuses a value that cannot work.
 * {@link TlsContext#of} puts it to work, and finds out there whether the settings fit each other
 * and whether the engine can do what is asked for.
 *
 * <p>The defaults: the JDK's engine, TLS 1.3 and 1.2, cipher suites with authenticated encryption
 * and an ephemeral key exchange only, application protocol {@code http/1.1}, resumption of
 * sessions, ten seconds for the handshake. A client trusts whom the JDK trusts and checks the
 * server's name; a server does not ask for certificates.
 */
public final class TlsConfig {
  private static final List<String> KNOWN_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** The values, mutable while a copy is being made and never again. */
  private static final class Values implements Cloneable {
    final Role role;
    TlsEngine engine = TlsEngine.jdk();
    List<TlsIdentity> identities = List.of();
    @Nullable X509KeyManager keyManager;
    @Nullable X509TrustManager trust;
    List<String> protocols = KNOWN_PROTOCOLS;
    List<String> cipherSuites = List.of();
    List<String> groups = List.of();
    List<String> applicationProtocols = List.of("http/1.1");
    boolean requireApplicationProtocol;
    boolean verifyHostName;
    ClientAuth clientAuth = ClientAuth.NONE;
    boolean resumption = true;
    Duration handshakeTimeout = Duration.ofSeconds(30);
    @Nullable Executor taskExecutor;
    @Nullable Consumer<String> keyLog;

    Values(Role role) {
      this.role = role;
      verifyHostName = role == Role.CLIENT;
    }

    Values copy() {
      try {
        return (Values) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Values values;

  private TlsConfig(Values values) {
    this.values = values;
  }

  /** Returns the defaults of the side that connects. */
  public static TlsConfig client() {
    return new TlsConfig(new Values(Role.CLIENT));
  }

  /**
   * Returns the defaults of the side that connects, but accepts any certificate for any name. Only
   * for experiments: anyone on the way can read and change everything.
   */
  public static TlsConfig insecureClient() {
    return client().withVerifyHostName(false).withTrustManager(Trust.anyone());
  }

  /**
   * Returns the defaults of the side that accepts.
   *
   * @param identity what it shows to every client
   */
  public static TlsConfig server(TlsIdentity identity) {
    return server(List.of(identity));
  }

  /**
   * Returns the defaults of the side that accepts, with several certificates.
   *
   * @param identities what it shows, as {@link #withIdentities} says; one or more, such as {@link
   *     TlsIdentity#all all of a key store}
   */
  public static TlsConfig server(List<TlsIdentity> identities) {
    return new TlsConfig(new Values(Role.SERVER)).withIdentities(identities);
  }

  /**
   * Returns the defaults of the side that accepts, with a key manager that chooses certificates.
   *
   * @param manager the caller's own; see {@link #withKeyManager}
   */
  public static TlsConfig server(X509KeyManager manager) {
    return new TlsConfig(new Values(Role.SERVER)).withKeyManager(manager);
  }

  private TlsConfig with(Consumer<Values> change) {
    Values copy = values.copy();
    change.accept(copy);
    return new TlsConfig(copy);
  }

  private void require(Role role, String setting) {
    if (values.role != role) {
      throw new TlsConfigException(
          "the setting " + setting + " is for a " + role + ", not a " + values.role);
    }
  }

  /** Returns the side that this is for. */
  public Role role() {
    return values.role;
  }

  /** Returns the engine asked for. Default: {@link TlsEngine#jdk()}. */
  public TlsEngine engine() {
    return values.engine;
  }

  /**
   * Returns a copy with another engine. There is no falling back: an engine that is not there makes
   * {@link TlsContext#of} fail.
   *
   * @param engine which one
   */
  public TlsConfig withEngine(TlsEngine engine) {
    Objects.requireNonNull(engine, "engine");
    return with(v -> v.engine = engine);
  }

  /** Returns keys, certificates and whom to trust; not public, because of the keys. */
  Material material() {
    return new Material(values.identities, values.keyManager, values.trust);
  }

  /**
   * Returns a copy with another certificate in place of those before.
   *
   * @param identity certificate chain and key
   */
  public TlsConfig withIdentity(TlsIdentity identity) {
    return withIdentities(List.of(identity));
  }

  /**
   * Returns a copy with other certificates in place of those before. A server shows the one for the
   * name that a client asks for: it was {@linkplain TlsIdentity#withNames given the name}, or the
   * name stands in the certificate; where none fits, or the client asks for none, the first.
   * Several for the same name with different kinds of key may be given. A client shows the first
   * one that the server takes.
   *
   * @param identities best first, such as {@link TlsIdentity#all all of a key store}
   */
  public TlsConfig withIdentities(List<TlsIdentity> identities) {
    List<TlsIdentity> copy = List.copyOf(identities);
    return with(v -> v.identities = copy);
  }

  /**
   * Returns a copy that leaves the choice of certificates to a key manager. There must be no
   * identities beside it. With the engines of Conscrypt and BouncyCastle it must know the types of
   * key that they ask for.
   *
   * @param manager the caller's own
   */
  public TlsConfig withKeyManager(X509KeyManager manager) {
    Objects.requireNonNull(manager, "manager");
    return with(v -> v.keyManager = manager);
  }

  /**
   * Returns a copy that trusts the certificates in a PEM file and those they have signed, and
   * nobody else. The file is read at once.
   *
   * @param pem one or more certificates
   * @throws TlsConfigException if it cannot be read or holds no certificate
   */
  public TlsConfig withTrust(Path pem) {
    return withTrustManager(Trust.of(pem));
  }

  /**
   * Returns a copy that trusts the certificates in a text in PEM form and those they have signed,
   * and nobody else.
   *
   * @param pem one or more certificates
   * @throws TlsConfigException if it holds no certificate
   */
  public TlsConfig withTrustPem(String pem) {
    return withTrustManager(Trust.of(pem));
  }

  /**
   * Returns a copy that trusts these certificates and those they have signed, and nobody else.
   *
   * @param certificates one or more
   * @throws TlsConfigException if there is none
   */
  public TlsConfig withTrust(Collection<X509Certificate> certificates) {
    return withTrustManager(Trust.of(certificates));
  }

  /**
   * Returns a copy that trusts the certificates in a store and those they have signed, and nobody
   * else.
   *
   * @param store already loaded
   * @throws TlsConfigException if it holds no certificate
   */
  public TlsConfig withTrust(KeyStore store) {
    return withTrustManager(Trust.of(store));
  }

  /**
   * Returns a copy that leaves the decision whom to trust to a trust manager. The server's name is
   * checked beside it, also by those engines that leave it out when the manager is not an extended
   * one.
   *
   * @param manager the caller's own
   */
  public TlsConfig withTrustManager(X509TrustManager manager) {
    Objects.requireNonNull(manager, "manager");
    return with(v -> v.trust = manager);
  }

  /**
   * Returns the protocol versions, in the words of the JDK. Default: {@code TLSv1.3} and {@code
   * TLSv1.2}.
   */
  public List<String> protocols() {
    return values.protocols;
  }

  /**
   * Returns a copy with other protocol versions.
   *
   * @param protocols {@code TLSv1.3}, {@code TLSv1.2} or both; older ones are not to be used (RFC
   *     8996)
   * @throws TlsConfigException if there is none, or one is neither
   */
  public TlsConfig withProtocols(String... protocols) {
    List<String> list = List.of(protocols);
    if (list.isEmpty()) {
      throw new TlsConfigException("no protocol version given; " + KNOWN_PROTOCOLS + " are known");
    }
    for (String protocol : list) {
      if (!KNOWN_PROTOCOLS.contains(protocol)) {
        throw new TlsConfigException(
            "protocol version " + protocol + " is refused; " + KNOWN_PROTOCOLS + " are known");
      }
    }
    return with(v -> v.protocols = list);
  }

  /** Returns the cipher suites asked for, best first; empty for the safe ones. Default: empty. */
  public List<String> cipherSuites() {
    return values.cipherSuites;
  }

  /**
   * Returns a copy with other cipher suites.
   *
   * @param suites their names in the IANA registry, best first; none for the safe ones: AES-GCM and
   *     ChaCha20-Poly1305, with ECDHE in TLS 1.2
   */
  public TlsConfig withCipherSuites(String... suites) {
    List<String> list = List.of(suites);
    return with(v -> v.cipherSuites = list);
  }

  /** Returns the groups asked for, best first; empty for those of the engine. Default: empty. */
  public List<String> groups() {
    return values.groups;
  }

  /**
   * Returns a copy with other groups of the key exchange. One that the engine does not have makes
   * {@link TlsContext#of} fail, and so does any choice with an engine that takes none.
   *
   * @param groups their names in the IANA registry, best first, such as {@code X25519MLKEM768},
   *     {@code x25519}, {@code secp256r1}; none for those of the engine
   */
  public TlsConfig withGroups(String... groups) {
    List<String> list = List.of(groups);
    return with(v -> v.groups = list);
  }

  /**
   * Returns the application protocols for ALPN (RFC 7301), best first; empty for no ALPN. Default:
   * {@code http/1.1}.
   */
  public List<String> applicationProtocols() {
    return values.applicationProtocols;
  }

  /**
   * Returns a copy with other application protocols for ALPN (RFC 7301). A server that has none in
   * common with a client that offers some refuses it.
   *
   * @param protocols best first; none for no ALPN
   * @throws TlsConfigException if one does not have 1 to 255 characters
   */
  public TlsConfig withApplicationProtocols(String... protocols) {
    List<String> list = List.of(protocols);
    for (String protocol : list) {
      if (protocol.isEmpty() || protocol.length() > 255) {
        throw new TlsConfigException(
            "application protocol '" + protocol + "' does not have 1 to 255 characters");
      }
    }
    return with(v -> v.applicationProtocols = list);
  }

  /**
   * Returns whether a connection is refused where no application protocol was agreed on. Default:
   * false.
   */
  public boolean requireApplicationProtocol() {
    return values.requireApplicationProtocol;
  }

  /**
   * Returns a copy that refuses, or does not, a connection where no application protocol was agreed
   * on, because the peer does not do ALPN.
   *
   * @param required whether
   */
  public TlsConfig withRequireApplicationProtocol(boolean required) {
    return with(v -> v.requireApplicationProtocol = required);
  }

  /**
   * Returns whether the server's certificate must be for the host that is connected to. Default:
   * true for a client; a server checks no name.
   */
  public boolean verifyHostName() {
    return values.verifyHostName;
  }

  /**
   * Returns a copy of a client's configuration with the check of the server's name (RFC 9525) on or
   * off. Without it anyone with any trusted certificate can pose as the server.
   *
   * @param verify whether to check it
   * @throws TlsConfigException if this is for a server
   */
  public TlsConfig withVerifyHostName(boolean verify) {
    require(Role.CLIENT, "verifyHostName");
    return with(v -> v.verifyHostName = verify);
  }

  /** Returns whether a server asks for certificates. Default: {@link ClientAuth#NONE}. */
  public ClientAuth clientAuth() {
    return values.clientAuth;
  }

  /**
   * Returns a copy of a server's configuration that asks clients for certificates, or does not.
   * Whom to trust must be said as well.
   *
   * @param auth whether, and whether one is required
   * @throws TlsConfigException if this is for a client
   */
  public TlsConfig withClientAuth(ClientAuth auth) {
    require(Role.SERVER, "clientAuth");
    Objects.requireNonNull(auth, "auth");
    return with(v -> v.clientAuth = auth);
  }

  /** Returns whether sessions may be resumed. Default: true. */
  public boolean resumption() {
    return values.resumption;
  }

  /**
   * Returns a copy with resumption of sessions allowed or not. Without it each connection gets a
   * context of its own from the engine, so nothing can be resumed by either side.
   *
   * @param allowed whether
   */
  public TlsConfig withResumption(boolean allowed) {
    return with(v -> v.resumption = allowed);
  }

  /** Returns how long a handshake may take; zero means no limit. Default: 30 seconds. */
  public Duration handshakeTimeout() {
    return values.handshakeTimeout;
  }

  /**
   * Returns a copy with another deadline for the handshake.
   *
   * @param timeout zero means no limit
   * @throws TlsConfigException if negative
   */
  public TlsConfig withHandshakeTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new TlsConfigException("handshake timeout " + Durations.text(timeout) + " is negative");
    }
    return with(v -> v.handshakeTimeout = timeout);
  }

  /**
   * Returns who runs slow steps of the handshake, or null if the stream's executor does. Default:
   * null.
   */
  public @Nullable Executor taskExecutor() {
    return values.taskExecutor;
  }

  /**
   * Returns a copy that runs slow steps of the handshake, such as signatures and a trust manager
   * that asks the network, elsewhere than on the stream's executor.
   *
   * @param executor the caller's own; it may block
   */
  public TlsConfig withTaskExecutor(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    return with(v -> v.taskExecutor = executor);
  }

  /** Returns who gets the lines of the key log, or null. Default: null. */
  public @Nullable Consumer<String> keyLog() {
    return values.keyLog;
  }

  /**
   * Returns a copy that hands out the secrets of each connection, one line of the NSS key log
   * format each, to decrypt captured traffic while looking for a fault. Whoever has them can read
   * everything. With an engine that keeps its secrets {@link TlsContext#of} fails; see {@link
   * TlsEngine.Features#keyLog}.
   *
   * @param sink gets lines without a line end; from any thread, but never two at once of one
   *     context
   */
  public TlsConfig withKeyLog(Consumer<String> sink) {
    Objects.requireNonNull(sink, "sink");
    return with(v -> v.keyLog = sink);
  }

  /**
   * Returns a copy that appends the secrets of each connection to a file; see {@link
   * #withKeyLog(Consumer)}.
   *
   * @param file made at once if it is not there, for its owner only where the file system can say
   *     so
   * @throws TlsConfigException if it cannot be made or written to
   */
  public TlsConfig withKeyLog(Path file) {
    return withKeyLog(new KeyLogFile(file));
  }

  /** Shows no keys. */
  @Override
  public String toString() {
    return "TlsConfig["
        + values.role
        + ", engine="
        + values.engine.name()
        + ", protocols="
        + values.protocols
        + ", applicationProtocols="
        + values.applicationProtocols
        + (values.role == Role.CLIENT
            ? ", verifyHostName=" + values.verifyHostName
            : ", clientAuth=" + values.clientAuth)
        + "]";
  }
}
