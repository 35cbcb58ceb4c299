// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.stream.Role;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsIdentity;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the engine of each connection, by one configuration: holds the managers, the provider's
 * context with its cache of sessions, and what each engine is set to. Immutable. Whatever in a
 * configuration cannot work with these engines is found out when this is made.
 */
public final class EngineFactory {
  private static final Logger log = LoggerFactory.getLogger(EngineFactory.class);
  private static final List<String> SUITES_13 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  private static final List<String> SUITES_12 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  private static final String TLS13 = "TLSv1.3";
  private static final String TLS12 = "TLSv1.2";
  private static final String HTTPS = "HTTPS"; // the algorithm's name, whatever the application

  private final EngineAdapter adapter;
  private final TlsConfig config;
  private final KeyManager[] keys;
  private final TrustManager[] trust;
  private final List<String> suites;
  private final List<String> groups;
  private final SSLContext context;

  /** What every engine of a server is set to; read only. Null for clients, whose host differs. */
  private final @Nullable SSLParameters served;

  private EngineFactory(
      EngineAdapter adapter,
      TlsConfig config,
      KeyManager[] keys,
      TrustManager[] trust,
      SSLContext context) {
    this.adapter = adapter;
    this.config = config;
    this.keys = keys;
    this.trust = trust;
    this.context = context;
    suites = suites();
    groups = groups();
    served = config.role() == Role.CLIENT ? null : serverParameters();
  }

  /**
   * Sets up the engines of a configuration.
   *
   * @throws TlsConfigException if it cannot work
   */
  public static EngineFactory of(EngineAdapter engine, TlsConfig config, Material material) {
    requireConsistent(config, material);
    Consumer<String> keyLog = config.keyLog();
    EngineAdapter adapter = keyLog == null ? engine : engine.logging(keyLog);
    for (TlsIdentity identity : material.identities()) {
      warnIfNotValid(identity);
      String family = KeyMatch.family(identity.privateKey().getAlgorithm());
      if (!adapter.signsWith(family)) {
        throw new TlsConfigException(
            "the engine "
                + adapter.name()
                + " cannot use a key of the kind "
                + family
                + ": "
                + identity);
      }
    }
    X509KeyManager own = material.keyManager();
    KeyManager[] keys = {own != null ? own : new IdentityKeyManager(material, adapter::fit)};
    X509TrustManager trusted = material.trust();
    TrustManager[] trust = {adapter.fit(trusted != null ? trusted : Trust.ofJdk())};
    return over(adapter, config, keys, trust, context(adapter, keys, trust));
  }

  private static void requireConsistent(TlsConfig config, Material material) {
    boolean identified = !material.identities().isEmpty();
    if (identified && material.keyManager() != null) {
      throw new TlsConfigException("both a key manager and certificates were given; give one");
    }
    if (config.role() == Role.SERVER && !identified && material.keyManager() == null) {
      throw new TlsConfigException(
          "a server needs a certificate: give an identity or a key manager");
    }
    if (config.clientAuth() != ClientAuth.NONE && material.trust() == null) {
      throw new TlsConfigException(
          "client certificates are asked for ("
              + config.clientAuth()
              + "), and nothing says whom to trust: give trust");
    }
    if (config.requireApplicationProtocol() && config.applicationProtocols().isEmpty()) {
      throw new TlsConfigException(
          "an application protocol is required, and none is given to offer");
    }
  }

  /** Only a warning: clocks differ, and the peer decides. */
  private static void warnIfNotValid(TlsIdentity identity) {
    try {
      identity.certificates().get(0).checkValidity();
    } catch (CertificateException e) {
      log.warn("{} is not valid at this time: {}", identity, e.getMessage());
    }
  }

  /** Sets up the engines of a configuration over a context that others may use as well. */
  static EngineFactory over(
      EngineAdapter adapter,
      TlsConfig config,
      KeyManager[] keys,
      TrustManager[] trust,
      SSLContext context) {
    EngineFactory factory = new EngineFactory(adapter, config, keys, trust, context);
    adapter.check(config);
    factory.checkGroups();
    return factory;
  }

  private static SSLContext context(
      EngineAdapter adapter, KeyManager[] keys, TrustManager[] trust) {
    try {
      return adapter.newContext(keys, trust);
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException(
          "the engine " + adapter.name() + " cannot be set up: " + e.getMessage(), e);
    }
  }

  private List<String> suites() {
    Set<String> supported =
        new LinkedHashSet<>(Arrays.asList(ask(SSLEngine::getSupportedCipherSuites)));
    List<String> wanted = new ArrayList<>();
    if (config.cipherSuites().isEmpty()) {
      wanted.addAll(SUITES_13);
      wanted.addAll(SUITES_12);
      wanted.retainAll(supported);
    } else {
      for (String suite : config.cipherSuites()) {
        if (!supported.contains(suite)) {
          throw new TlsConfigException(
              "the engine "
                  + adapter.name()
                  + " does not have the cipher suite "
                  + suite
                  + "; it has "
                  + supported);
        }
        wanted.add(suite);
      }
    }
    for (String protocol : config.protocols()) {
      if (wanted.stream().noneMatch(suite -> isTls13(suite) == protocol.equals(TLS13))) {
        throw new TlsConfigException(
            config.cipherSuites().isEmpty()
                ? noSuites(protocol)
                : "none of the cipher suites "
                    + wanted
                    + " is for "
                    + protocol
                    + "; add one, or leave the version out");
      }
    }
    wanted.removeIf(suite -> !config.protocols().contains(isTls13(suite) ? TLS13 : TLS12));
    return adapter.enabledSuites(wanted, List.copyOf(supported));
  }

  /** Nobody chose any, so it is not the choice that must change. */
  private String noSuites(String protocol) {
    String message =
        "the engine " + adapter.name() + " has no safe cipher suite for " + protocol + " here";
    return message
        + (Curves.areThere()
            ? "; leave the version out, or see what java.security disables"
            : ": " + Curves.REMEDY);
  }

  /** TLS 1.3 names no key exchange (RFC 8446, section B.4). */
  static boolean isTls13(String suite) {
    return !suite.contains("_WITH_");
  }

  private List<String> groups() {
    List<String> names = new ArrayList<>();
    for (String group : config.groups()) {
      String name = NamedGroups.canonical(group);
      if (name == null) {
        throw new TlsConfigException(
            "the group " + group + " is not known; known are " + NamedGroups.all());
      }
      names.add(name);
    }
    if (!names.isEmpty() && !adapter.choosesGroups()) {
      throw new TlsConfigException(
          "the engine "
              + adapter.name()
              + " takes no choice of groups here: "
              + adapter.groupsHint());
    }
    return names;
  }

  /**
   * Adds the curves of certificates to a choice that has none: in TLS 1.2, and always with some
   * engines, a certificate on a curve can be used only if the curve is among the groups (RFC 8422,
   * section 5.1). {@link GuardedEngine} sees to it that none of them is used to exchange keys.
   */
  private List<String> enabledGroups() {
    if (groups.isEmpty() || KeyType.CURVES.stream().anyMatch(groups::contains)) {
      return groups;
    }
    List<String> all = new ArrayList<>(groups);
    all.addAll(KeyType.CURVES);
    return all;
  }

  /** Engines drop groups that they do not know, so what they offer is looked at. */
  private void checkGroups() {
    if (groups.isEmpty()) {
      return;
    }
    List<String> offered = firstMessage().offeredGroups();
    List<String> missing = new ArrayList<>(groups);
    missing.removeAll(new HashSet<>(offered));
    if (!missing.isEmpty()) {
      throw new TlsConfigException(
          "the engine "
              + adapter.title()
              + " does not have the groups "
              + missing
              + "; of those asked for it has "
              + offered);
    }
  }

  /** Returns what stands in the first message of a client with these settings. */
  HandshakeFacts firstMessage() {
    HandshakeFacts facts = new HandshakeFacts();
    SSLEngine probe = context.createSSLEngine();
    try {
      probe.setUseClientMode(true);
      SSLParameters parameters = probe.getSSLParameters();
      setOffer(parameters);
      probe.setSSLParameters(parameters);
      adapter.setGroups(probe, enabledGroups(), config.protocols().contains(TLS13));
      probe.beginHandshake();
      ByteBuffer hello = ByteBuffer.allocate(adapter.traits().maxWrapBytes());
      probe.wrap(ByteBuffer.allocate(0), hello);
      facts.record(true, hello, 0, hello.position());
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsConfigException(
          "the engine "
              + adapter.name()
              + " does not take these settings: "
              + e.getMessage()
              + "; groups "
              + groups
              + ", protocols "
              + config.protocols(),
          e);
    } finally {
      new GuardedEngine(adapter, config, probe, null, facts).release();
    }
    return facts;
  }

  /**
   * Asks an engine, and lets it go. For the context's own answer Conscrypt makes a socket, which
   * keeps two file descriptors until the garbage collector comes.
   */
  private <T> T ask(Function<SSLEngine, T> question) {
    SSLEngine probe = context.createSSLEngine();
    try {
      return question.apply(probe);
    } finally {
      new GuardedEngine(adapter, config, probe, null, new HandshakeFacts()).release();
    }
  }

  /** Returns the protocol versions that the engine has, of those that are known here. */
  List<String> protocols() {
    List<String> known = new ArrayList<>(List.of(TLS13, TLS12));
    known.retainAll(List.of(ask(SSLEngine::getSupportedProtocols)));
    return known;
  }

  private void setOffer(SSLParameters parameters) {
    parameters.setProtocols(config.protocols().toArray(new String[0]));
    parameters.setCipherSuites(suites.toArray(new String[0]));
    parameters.setApplicationProtocols(config.applicationProtocols().toArray(new String[0]));
  }

  /**
   * Makes an engine for one connection.
   *
   * @param peerHost whom a client connects to, name or address; null for a server
   * @param peerPort its port; sessions are resumed with the same host and port only
   * @throws TlsConfigException if a client that checks the server's name does not know it
   */
  public ConnectionEngine newEngine(@Nullable String peerHost, int peerPort) {
    boolean client = config.role() == Role.CLIENT;
    if (client && config.verifyHostName() && peerHost == null) {
      throw new TlsConfigException(
          "the server's name is to be checked, and nothing says which host is connected to");
    }
    String host = peerHost == null ? null : HostNames.normal(peerHost);
    HandshakeFacts facts = new HandshakeFacts();
    // In a context of its own, a connection finds no session of another one.
    SSLContext own = config.resumption() ? context : context(adapter, keys, trust);
    SSLEngine engine = host == null ? own.createSSLEngine() : own.createSSLEngine(host, peerPort);
    engine.setUseClientMode(client);
    engine.setSSLParameters(served != null ? served : clientParameters(engine, host));
    adapter.setGroups(engine, enabledGroups(), config.protocols().contains(TLS13));
    adapter.prepare(engine, config.resumption());
    readBack(engine);
    return new GuardedEngine(adapter, config, engine, host, facts);
  }

  /** Asks one engine for all that come: some take an effort to say what they are set to. */
  private SSLParameters serverParameters() {
    SSLParameters parameters =
        ask(
            engine -> {
              engine.setUseClientMode(false);
              return engine.getSSLParameters();
            });
    setOffer(parameters);
    parameters.setUseCipherSuitesOrder(true);
    switch (config.clientAuth()) {
      case NONE -> parameters.setWantClientAuth(false); // this also unsets the other
      case WANT -> parameters.setWantClientAuth(true);
      case NEED -> parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  private SSLParameters clientParameters(SSLEngine engine, @Nullable String host) {
    SSLParameters parameters = engine.getSSLParameters();
    setOffer(parameters);
    setServerName(parameters, host);
    return parameters;
  }

  private void setServerName(SSLParameters parameters, @Nullable String host) {
    if (config.verifyHostName()) {
      parameters.setEndpointIdentificationAlgorithm(HTTPS);
    }
    // Said explicitly: engines differ in what they derive from the host.
    List<SNIServerName> names = new ArrayList<>();
    if (host != null && !HostNames.isAddress(host)) {
      try {
        names.add(new SNIHostName(host));
      } catch (IllegalArgumentException e) {
        names.clear(); // such as one with an underscore: it cannot be asked for (RFC 6066)
      }
    }
    parameters.setServerNames(names);
  }

  /** An engine that drops a setting on which safety depends must not be used. */
  private void readBack(SSLEngine engine) {
    List<String> enabled = List.of(engine.getEnabledProtocols());
    boolean host =
        !config.verifyHostName()
            || HTTPS.equals(engine.getSSLParameters().getEndpointIdentificationAlgorithm());
    boolean clientAuth = config.clientAuth() != ClientAuth.NEED || engine.getNeedClientAuth();
    boolean protocols = config.protocols().containsAll(enabled);
    if (!host || !clientAuth || !protocols) {
      throw new TlsConfigException(
          "the engine "
              + adapter.title()
              + " does not keep its settings: "
              + (host ? "" : "it does not check the server's name; ")
              + (clientAuth ? "" : "it does not require client certificates; ")
              + (protocols ? "" : "its protocols are " + enabled));
    }
  }
}
