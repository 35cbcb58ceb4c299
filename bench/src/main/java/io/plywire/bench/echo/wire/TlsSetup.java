// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.engine.EngineAdapter;
import io.plywire.tls.internal.engine.EngineFactory;
import io.plywire.tls.internal.engine.EngineLookup;
import io.plywire.tls.internal.engine.Material;
import io.plywire.tls.internal.engine.Trust;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One side's TLS: version 1.3, for plywire's layer and for a bare engine. The bare one is set up by
 * the layer's own code, internal as it is: only then is the difference of the two the layer.
 */
public final class TlsSetup {
  /** What every connection must have agreed on, so that all servers do the same work. */
  public static final String PROTOCOL = "TLSv1.3";

  /** The one cipher suite of all runs. */
  public static final String SUITE = "TLS_AES_128_GCM_SHA256";

  /** Whom certificates are for. */
  public static final String HOST = "localhost";

  // BouncyCastle tells of each connection; held here, since loggers are held weakly.
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

  static {
    BOUNCY_CASTLE.setLevel(Level.SEVERE);
  }

  private final TlsConfig config;
  private final EngineFactory engines;

  private TlsSetup(TlsConfig config, List<TlsIdentity> own, @Nullable X509TrustManager trust) {
    this.config = config;
    EngineLookup.Found found = EngineLookup.named(config.engine().name());
    EngineAdapter adapter = found.adapter();
    if (adapter == null) {
      throw new IllegalStateException(found.availability().reason());
    }
    engines = EngineFactory.of(adapter, config, new Material(own, null, trust));
  }

  /** A server that shows a certificate. */
  public static TlsSetup server(String engine, MadeCertificate certificate) {
    TlsIdentity own = TlsIdentity.of(certificate.key(), certificate.chain());
    TlsConfig config =
        TlsConfig.server(own).withEngine(TlsEngine.named(engine)).withProtocols(PROTOCOL);
    return new TlsSetup(config, List.of(own), null);
  }

  /** A client that trusts one certificate. */
  public static TlsSetup client(String engine, MadeCertificate trusted) {
    List<X509Certificate> all = List.of(trusted.certificate());
    TlsConfig config =
        TlsConfig.client()
            .withEngine(TlsEngine.named(engine))
            .withProtocols(PROTOCOL)
            .withTrust(all);
    return new TlsSetup(config, List.of(), Trust.of(all));
  }

  /** The load generator, whatever the server's engine is: the fastest, and it trusts anyone. */
  public static TlsSetup load() {
    TlsConfig config =
        TlsConfig.insecureClient()
            .withEngine(TlsEngine.conscrypt())
            .withProtocols(PROTOCOL)
            .withResumption(false);
    return new TlsSetup(config, List.of(), Trust.anyone());
  }

  /** Makes a certificate for a server of this machine. */
  public static MadeCertificate certificate() {
    return MadeCertificate.selfSigned(MadeCertificate.Kind.P256, HOST);
  }

  /** Returns it for the layer. */
  public TlsContext context() {
    return TlsContext.of(config);
  }

  /** Makes a bare engine for a client's connection to a port. */
  public ConnectionEngine clientSession(int port) {
    return engines.newEngine(HOST, port);
  }

  /** Makes a bare engine for a server's connection. */
  public ConnectionEngine serverSession() {
    return engines.newEngine(null, -1);
  }

  /** Returns whether the engine likes encrypted bytes in direct memory. */
  public boolean likesDirectMemory() {
    ConnectionEngine probe = engines.newEngine(HOST, 1);
    try {
      return probe.traits().directNetworkBuffers();
    } finally {
      probe.release();
    }
  }
}
