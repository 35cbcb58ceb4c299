// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/**
 * BouncyCastle's JSSE. Touches its classes; loaded only when it is asked for.
 *
 * <p>It logs two lines for each connection of a server to {@code java.util.logging}, at INFO; the
 * logger is {@code org.bouncycastle.jsse}, and whoever finds that too much sets its level.
 */
final class BouncyCastleAdapter extends EngineAdapter {
  private static final int LARGEST_WRAP = 18 * 1024 + 64;

  /** One byte with the header, an explicit nonce and the tag of TLS 1.2. */
  private static final int SMALLEST_WRAP = 30;

  /** In place of its own order, where the hybrid group comes last. */
  private static final String[] GROUPS = {
    "X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1", "x448"
  };

  /** Sent at once, so that a peer with either needs no second attempt. */
  private static final List<String> EARLY = List.of("X25519MLKEM768", "x25519");

  /** BouncyCastle's own cryptography, not registered anywhere. */
  private final Provider crypto;

  private final boolean ours;

  private BouncyCastleAdapter(Provider provider, Provider crypto, boolean ours) {
    super("bouncycastle", provider);
    this.crypto = crypto;
    this.ours = ours;
  }

  /** For a provider that the caller has set up. */
  BouncyCastleAdapter(Provider provider) {
    this(provider, new BouncyCastleProvider(), false);
  }

  static EngineAdapter create() {
    return create(new BouncyCastleProvider(), null);
  }

  private static EngineAdapter create(Provider crypto, @Nullable BouncyCastleKeyLog keyLog) {
    Provider jsse = new BouncyCastleJsseProvider(false, new BouncyCastleCrypto(crypto, keyLog));
    return new BouncyCastleAdapter(jsse, crypto, true);
  }

  /** The library's; the provider for TLS counts by itself. */
  @Override
  public String version() {
    return crypto.getVersionStr();
  }

  @Override
  EngineTraits traits() {
    return new EngineTraits(false, SMALLEST_WRAP, LARGEST_WRAP, 21, false);
  }

  @Override
  SSLContext newContext(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS", provider());
    // It would look for a source of its own among the registered providers.
    context.init(keys, trust, new SecureRandom());
    return context;
  }

  @Override
  public boolean logsKeys() {
    return ours;
  }

  @Override
  EngineAdapter logging(Consumer<String> sink) {
    if (!ours) {
      throw new TlsConfigException(
          "keys cannot be logged with a provider of your own; TlsEngine.bouncyCastle() can");
    }
    return create(crypto, new BouncyCastleKeyLog(sink));
  }

  @Override
  public boolean resumesTls13() {
    return false;
  }

  /** It takes Edwards curve keys and their certificates as objects of its own classes only. */
  @Override
  IdentityKeyManager.Fitted fit(TlsIdentity identity) {
    IdentityKeyManager.Fitted asIs = IdentityKeyManager.Fitted.asIs(identity);
    byte[] encoded = isEdwards(asIs.key()) ? asIs.key().getEncoded() : null;
    if (encoded == null) {
      return asIs;
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509", crypto);
      List<X509Certificate> chain = new ArrayList<>(asIs.chain());
      byte[] own = chain.get(0).getEncoded();
      chain.set(0, (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(own)));
      PrivateKey key =
          KeyFactory.getInstance("EdDSA", crypto).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new IdentityKeyManager.Fitted(key, chain);
    } catch (GeneralSecurityException e) {
      throw unfit(identity, e);
    }
  }

  @Override
  public boolean choosesGroups() {
    return true;
  }

  /** It also refuses signatures of curves that are not among the groups. */
  @Override
  void setGroups(SSLEngine engine, List<String> groups, boolean tls13) {
    BCSSLEngine own = (BCSSLEngine) engine;
    BCSSLParameters parameters = own.getParameters();
    String[] names = groups.isEmpty() ? GROUPS : groups.toArray(new String[0]);
    parameters.setNamedGroups(names);
    parameters.setUseNamedGroupsOrder(true);
    if (tls13 && engine.getUseClientMode()) { // a server warns of them in TLS 1.2, at WARNING
      List<String> early = EARLY.stream().filter(List.of(names)::contains).toList();
      parameters.setEarlyKeyShares(
          early.isEmpty() ? new String[] {names[0]} : early.toArray(new String[0]));
    }
    own.setParameters(parameters);
  }

  @Override
  int peerAlert(Throwable thrown) {
    return thrown instanceof TlsFatalAlertReceived received
        ? received.getAlertDescription()
        : Alerts.NONE;
  }

  @Override
  @Nullable TlsError reason(Throwable thrown, boolean handshaking) {
    return thrown instanceof TlsFatalAlert alert
        ? Alerts.sent(alert.getAlertDescription(), handshaking)
        : null;
  }
}
