// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.stream.Role;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsSession;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine for one connection, and the checks that are made whatever the engine says: each of
 * them is left out by one of the engines in some case.
 */
final class GuardedEngine implements ConnectionEngine {
  private static final Logger log = LoggerFactory.getLogger(GuardedEngine.class);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int MAX_LAST_RECORDS = 8;

  private final EngineAdapter adapter;
  private final TlsConfig config;
  private final SSLEngine engine;
  private final @Nullable String host;
  private final HandshakeFacts facts;
  private final Failures failures;

  /**
   * Takes over an engine.
   *
   * @param host whom we connect to, in normal form, or null
   */
  GuardedEngine(
      EngineAdapter adapter,
      TlsConfig config,
      SSLEngine engine,
      @Nullable String host,
      HandshakeFacts facts) {
    this.adapter = adapter;
    this.config = config;
    this.engine = engine;
    this.host = host;
    this.facts = facts;
    failures = new Failures(adapter, config.role() == Role.CLIENT, host);
  }

  @Override
  public SSLEngine engine() {
    return engine;
  }

  @Override
  public EngineTraits traits() {
    return adapter.traits();
  }

  @Override
  public @Nullable Executor taskExecutor() {
    return config.taskExecutor();
  }

  @Override
  public void handshakeRecord(boolean outgoing, ByteBuffer record, int offset, int length)
      throws SSLException {
    boolean client = (config.role() == Role.CLIENT) == outgoing;
    facts.record(client, record, offset, length);
    if (config.role() == Role.SERVER && client && offersForeignProtocolsOnly()) {
      TlsException refusal = noApplicationProtocol("the client offers " + facts.offeredProtocols());
      throw new SSLException(refusal.getMessage(), refusal);
    }
  }

  /** Conscrypt's server goes on where RFC 7301, section 3.2, says to refuse. */
  private boolean offersForeignProtocolsOnly() {
    List<String> theirs = facts.offeredProtocols();
    List<String> ours = config.applicationProtocols();
    return !theirs.isEmpty() && !ours.isEmpty() && Collections.disjoint(theirs, ours);
  }

  private TlsException noApplicationProtocol(String what) {
    return new TlsException(
        TlsError.NO_APPLICATION_PROTOCOL,
        what + "; ours are " + config.applicationProtocols(),
        null);
  }

  @Override
  public TlsSession established() throws TlsException {
    SSLSession session = engine.getSession();
    String protocol = session.getProtocol();
    if (!config.protocols().contains(protocol)) {
      throw new TlsException(
          TlsError.NO_COMMON_PARAMETERS,
          "the engine agreed on " + protocol + ", allowed are " + config.protocols(),
          null);
    }
    checkGroup();
    // Where nobody asked for one there is none, and the engine would say so with an exception.
    boolean asked = config.role() == Role.CLIENT || config.clientAuth() != ClientAuth.NONE;
    List<X509Certificate> peer = asked ? peerCertificates(session) : List.of();
    if (config.role() == Role.CLIENT) {
      checkHostName(peer);
    } else if (config.clientAuth() == ClientAuth.NEED && peer.isEmpty()) {
      // Conscrypt resumes a session that was made when no certificate was asked for.
      throw new TlsException(
          TlsError.CLIENT_CERTIFICATE_REQUIRED,
          "the client showed no certificate, and one is required"
              + (facts.resumed() ? "; it resumed a session that has none" : ""),
          null);
    }
    String applicationProtocol = EngineAdapter.applicationProtocol(engine);
    checkApplicationProtocol(applicationProtocol);
    return new TlsSession(
        adapter.title(),
        protocol,
        session.getCipherSuite(),
        facts.group(),
        applicationProtocol,
        facts.serverName(),
        facts.resumed(),
        peer);
  }

  /** Some engines have to be given more groups than were asked for. */
  private void checkGroup() throws TlsException {
    String group = facts.group();
    if (group != null
        && !config.groups().isEmpty()
        && config.groups().stream().noneMatch(one -> group.equals(NamedGroups.canonical(one)))) {
      throw new TlsException(
          TlsError.NO_COMMON_PARAMETERS,
          "the key exchange used the group " + group + ", allowed are " + config.groups(),
          null);
    }
  }

  /** Conscrypt leaves this out when the trust manager is not an extended one. */
  private void checkHostName(List<X509Certificate> peer) throws TlsException {
    if (!config.verifyHostName()) {
      return;
    }
    if (host == null || peer.isEmpty() || !HostNames.matches(host, peer.get(0))) {
      throw new TlsException(
          TlsError.HOST_NAME_MISMATCH,
          "the server's certificate is not for "
              + host
              + (peer.isEmpty()
                  ? ": it showed none"
                  : ": " + HostNameException.MARK + HostNames.describe(peer.get(0))),
          null);
    }
  }

  private void checkApplicationProtocol(String agreed) throws TlsException {
    if (config.applicationProtocols().contains(agreed)) {
      return;
    }
    if (config.requireApplicationProtocol() || !agreed.isEmpty()) {
      throw noApplicationProtocol(
          agreed.isEmpty()
              ? "no application protocol was agreed on"
              : "the peer chose the application protocol '" + agreed + "'");
    }
  }

  private static List<X509Certificate> peerCertificates(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it showed none
    }
    return chain;
  }

  @Override
  public TlsException failure(Throwable thrown, boolean handshaking) {
    TlsException failure = failures.of(thrown, handshaking);
    if (handshaking && facts.noClientCertificate() && mayBeAboutThat(failure)) {
      // Before TLS 1.3 there is no alert for it, so engines and their peers say less than this.
      String message =
          config.role() == Role.SERVER
              ? "the client showed no certificate, and one is required"
              : "the server requires a certificate, and we have none for it";
      return new TlsException(
          TlsError.CLIENT_CERTIFICATE_REQUIRED, failure.alert(), message, thrown);
    }
    return failure;
  }

  private boolean mayBeAboutThat(TlsException failure) {
    if (config.role() == Role.CLIENT) {
      return failure.alert() >= 40 && failure.alert() <= 42;
    }
    return config.clientAuth() == ClientAuth.NEED
        && (failure.error() == TlsError.NO_COMMON_PARAMETERS
            || failure.error() == TlsError.HANDSHAKE_FAILED);
  }

  /**
   * Conscrypt keeps two file descriptors until both directions are closed, and the outgoing one is
   * only once its last alert was taken.
   */
  @Override
  public void release() {
    quietly(engine::closeOutbound);
    quietly(this::drain);
    quietly(engine::closeInbound);
  }

  private interface Step {
    void run() throws SSLException;
  }

  /**
   * Such as that the peer has not closed, or once more what a task threw long ago: here this is
   * only about memory.
   */
  private void quietly(Step step) {
    try {
      step.run();
    } catch (SSLException | RuntimeException e) {
      log.trace("{}: released with a complaint", adapter.name(), e);
    }
  }

  private void drain() throws SSLException {
    for (int i = 0; i < MAX_LAST_RECORDS && !engine.isOutboundDone(); i++) {
      ByteBuffer nobody = ByteBuffer.allocate(adapter.traits().maxWrapBytes());
      if (engine.wrap(NOTHING, nobody).bytesProduced() == 0) {
        return;
      }
    }
  }
}
