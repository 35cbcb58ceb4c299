// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.Material;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one side does TLS: with which engine, who it is, whom it trusts, and what it offers.
 * Immutable; {@link TlsContext#of} makes it work, and finds out there whether the engine can do
 * what is asked for.
 *
 * <p>The defaults: the JDK's engine, TLS 1.3 and 1.2, cipher suites with authenticated encryption
 * and an ephemeral key exchange only, application protocol {@code http/1.1}, resumption of
 * sessions, ten seconds for the handshake. A client trusts whom the JDK trusts and checks the
 * server's name; a server does not ask for certificates.
 */
public final class TlsConfig {
  private final TlsConfigBuilder.Values values;

  TlsConfig(TlsConfigBuilder.Values values) {
    this.values = values;
  }

  /** Returns a builder for the side that connects. */
  public static TlsClientConfigBuilder client() {
    return new TlsClientConfigBuilder();
  }

  /** Returns a builder for the side that accepts. */
  public static TlsServerConfigBuilder server() {
    return new TlsServerConfigBuilder();
  }

  /** Returns the side that this is for. */
  public Role role() {
    return values.role;
  }

  /** Returns the engine asked for. */
  public TlsEngine engine() {
    return values.engine;
  }

  /** Returns the protocol versions, in the words of the JDK: {@code TLSv1.3}, {@code TLSv1.2}. */
  public List<String> protocols() {
    return values.protocols;
  }

  /** Returns the cipher suites asked for, best first; empty for the default. */
  public List<String> cipherSuites() {
    return values.cipherSuites;
  }

  /** Returns the groups asked for, best first; empty for the default of the engine. */
  public List<String> groups() {
    return values.groups;
  }

  /** Returns the application protocols for ALPN (RFC 7301), best first; empty for no ALPN. */
  public List<String> applicationProtocols() {
    return values.applicationProtocols;
  }

  /** Returns whether a connection without an agreed application protocol is refused. */
  public boolean requiresApplicationProtocol() {
    return values.applicationProtocolRequired;
  }

  /**
   * Returns whether a client checks that the server's certificate is for the host it connects to.
   */
  public boolean verifiesHostName() {
    return values.role == Role.CLIENT && values.verifyHostName;
  }

  /** Returns whether a server asks for certificates. */
  public ClientAuth clientAuth() {
    return values.clientAuth;
  }

  /** Returns whether sessions are resumed. */
  public boolean resumes() {
    return values.resumption;
  }

  /** Returns how long a handshake may take; zero means no limit. */
  public Duration handshakeTimeout() {
    return values.handshakeTimeout;
  }

  /** Returns who runs slow steps of the handshake, or null if the stream's executor does. */
  public @Nullable Executor taskExecutor() {
    return values.taskExecutor;
  }

  /** Returns who gets the lines of the key log, or null. */
  public @Nullable Consumer<String> keyLog() {
    return values.keyLog;
  }

  /** Returns keys, certificates and whom to trust. */
  Material material() {
    return values.material();
  }

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
            ? ", verifiesHostName=" + values.verifyHostName
            : ", clientAuth=" + values.clientAuth)
        + "]";
  }
}
