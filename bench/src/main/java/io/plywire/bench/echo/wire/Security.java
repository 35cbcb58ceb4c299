// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.BareEngines;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Whether connections are encrypted, and by which engine of the server's. */
public enum Security {
  NONE("none"),
  JDK("jdk"),
  CONSCRYPT("conscrypt"),
  BOUNCYCASTLE("bouncycastle"),
  /** Netty's own. */
  TCNATIVE("tcnative"),
  /** That of servers without a JVM. */
  OPENSSL("openssl");

  /** What every connection must have agreed on, so that all servers do the same work. */
  public static final String PROTOCOL = "TLSv1.3";

  /** The one cipher suite of all runs. */
  public static final String SUITE = "TLS_AES_128_GCM_SHA256";

  private static final String HOST = "localhost";

  // BouncyCastle tells of each connection; held here, since loggers are held weakly.
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

  private final String label;

  Security(String label) {
    this.label = label;
  }

  /**
   * Finds one by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Security named(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label.equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no TLS '" + label + "': there are " + names()));
  }

  /** Returns all names, separated by commas. */
  public static String names() {
    return Arrays.stream(values()).map(Security::label).collect(Collectors.joining(", "));
  }

  /** Returns the name. */
  public String label() {
    return label;
  }

  /**
   * Returns what a floor is measured with beside this: the same engine, or its nearest relative.
   */
  public Security ofFloor() {
    // Conscrypt and Netty's own are BoringSSL, which comes from OpenSSL.
    return this == TCNATIVE || this == OPENSSL ? CONSCRYPT : this;
  }

  /** Makes a P-256 certificate for a server of this machine. */
  public static MadeCertificate certificate() {
    return MadeCertificate.selfSigned(MadeCertificate.Kind.P256, HOST);
  }

  /** Returns how a server of plywire, or a floor, sets up the engine. */
  public TlsContext serverContext() {
    BOUNCY_CASTLE.setLevel(Level.SEVERE);
    MadeCertificate certificate = certificate();
    return TlsContext.of(
        TlsConfig.server(TlsIdentity.of(certificate.key(), certificate.chain()))
            .withEngine(TlsEngine.named(label))
            .withProtocols(PROTOCOL));
  }

  /** Returns how the load generator sets up its engine, which is always the same: the fastest. */
  public static TlsContext clientContext() {
    return TlsContext.of(
        TlsConfig.insecureClient()
            .withEngine(TlsEngine.conscrypt())
            .withProtocols(PROTOCOL)
            .withResumption(false));
  }

  /** Makes the engine of a connection to a server. */
  public static ConnectionEngine client(TlsContext context, int port) {
    return BareEngines.session(context, HOST, port);
  }

  /** Makes the engine of a connection of a server. */
  public static ConnectionEngine server(TlsContext context) {
    return BareEngines.session(context, null, -1);
  }

  /** Returns memory of the kind that engines like. */
  public static TlsMemory memory(TlsContext context, int port) {
    ConnectionEngine probe = BareEngines.session(context, port < 0 ? null : HOST, port);
    try {
      return new TlsMemory(probe.traits().directNetworkBuffers());
    } finally {
      probe.release();
    }
  }
}
