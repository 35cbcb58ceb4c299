// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.engine.EngineTraits;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * The three engines as they are, with no configuration but a certificate that everybody trusts:
 * what the stream has to cope with.
 */
enum TestEngine {
  JDK(16_709, 16_709, true) {
    @Override
    Provider provider() {
      return Security.getProvider("SunJSSE");
    }
  },
  CONSCRYPT(2048, 17_408 + 1024, false) {
    @Override
    Provider provider() {
      return Conscrypt.newProvider();
    }
  },
  BOUNCYCASTLE(2048, 18_443, false) {
    @Override
    Provider provider() {
      return new BouncyCastleJsseProvider(new BouncyCastleProvider());
    }
  };

  static final String TLS13 = "TLSv1.3";
  static final String TLS12 = "TLSv1.2";

  private static final Map<TestEngine, SSLContext> CONTEXTS = new EnumMap<>(TestEngine.class);
  private static final char[] NO_PASSWORD = {};

  /** Kept, because the logging system does not. */
  private static final Logger BOUNCYCASTLE_LOG = Logger.getLogger("org.bouncycastle.jsse");

  static {
    BOUNCYCASTLE_LOG.setLevel(Level.SEVERE); // it tells of each connection
  }

  private final int minWrapRoom;
  private final int maxWrapBytes;
  private final boolean delegatesTasks;

  TestEngine(int minWrapRoom, int maxWrapBytes, boolean delegatesTasks) {
    this.minWrapRoom = minWrapRoom;
    this.maxWrapBytes = maxWrapBytes;
    this.delegatesTasks = delegatesTasks;
  }

  abstract Provider provider();

  /** Makes a session whose buffers are direct, so that the pool of the executor counts them. */
  Session session(Role role, String protocol) {
    return new Session(this, role, protocol, true);
  }

  private synchronized SSLContext context() {
    synchronized (CONTEXTS) {
      return CONTEXTS.computeIfAbsent(this, TestEngine::newContext);
    }
  }

  private static SSLContext newContext(TestEngine engine) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=localhost");
      Instant now = Instant.now();
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.ONE,
                          Date.from(now.minus(Duration.ofDays(1))),
                          Date.from(now.plus(Duration.ofDays(1))),
                          name,
                          pair.getPublic())
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server", pair.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate});
      Provider provider = engine.provider();
      KeyManagerFactory keys =
          engine == BOUNCYCASTLE // which asks for keys by names of its own
              ? KeyManagerFactory.getInstance("PKIX", provider)
              : KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS", provider);
      context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsAll()}, new SecureRandom());
      return context;
    } catch (Exception e) {
      throw new IllegalStateException("no context for " + engine, e);
    }
  }

  /** An engine for one connection. */
  static final class Session implements ConnectionEngine {
    private final TestEngine kind;
    private final SSLEngine engine;
    private final boolean direct;
    @Nullable Executor tasks;
    @Nullable TlsException refusal;
    int releases;
    int handshakeRecords;

    Session(TestEngine kind, Role role, String protocol, boolean direct) {
      this.kind = kind;
      this.direct = direct;
      engine = kind.context().createSSLEngine("localhost", 443);
      engine.setUseClientMode(role == Role.CLIENT);
      engine.setEnabledProtocols(new String[] {protocol});
    }

    /** Takes the memory that suits the engine, rather than the one that is counted. */
    Session suited() {
      return new Session(
          kind,
          engine.getUseClientMode() ? Role.CLIENT : Role.SERVER,
          engine.getEnabledProtocols()[0],
          kind == CONSCRYPT);
    }

    @Override
    public SSLEngine engine() {
      return engine;
    }

    @Override
    public EngineTraits traits() {
      return new EngineTraits(direct, kind.minWrapRoom, kind.maxWrapBytes, 21, kind.delegatesTasks);
    }

    @Override
    public @Nullable Executor taskExecutor() {
      return tasks;
    }

    @Override
    public void handshakeRecord(boolean outgoing, ByteBuffer record, int offset, int length) {
      if (record.get(offset) != 22 || offset + length > record.capacity()) {
        throw new IllegalArgumentException("no handshake record at " + offset);
      }
      handshakeRecords++;
    }

    @Override
    public TlsSession established() throws TlsException {
      if (refusal != null) {
        throw refusal;
      }
      SSLSession session = engine.getSession();
      return new TlsSession(
          kind.name(),
          session.getProtocol(),
          session.getCipherSuite(),
          null,
          "",
          null,
          false,
          List.of());
    }

    @Override
    public TlsException failure(Throwable thrown, boolean handshaking) {
      String message = String.valueOf(thrown.getMessage());
      boolean alert = message.contains("fatal alert") || message.contains("ALERT");
      for (Throwable t = thrown; t != null; t = t.getCause()) {
        alert |= t instanceof TlsFatalAlertReceived;
      }
      TlsError error =
          alert
              ? TlsError.PEER_ALERT
              : handshaking ? TlsError.HANDSHAKE_FAILED : TlsError.BAD_RECORD;
      return new TlsException(error, message, thrown);
    }

    @Override
    public void release() {
      releases++;
      engine.closeOutbound();
      try {
        engine.closeInbound();
      } catch (Exception expected) {
        // the peer said no goodbye
      }
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
