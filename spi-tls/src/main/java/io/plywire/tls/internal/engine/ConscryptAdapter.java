// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Conscrypt: BoringSSL behind JSSE. Touches its classes; loaded only when it is asked for. */
final class ConscryptAdapter extends EngineAdapter {
  /**
   * The first application data can come with tickets, which {@code getPacketBufferSize} forgets.
   */
  private static final int LARGEST_WRAP = 18 * 1024;

  /** Of one byte; a record of BoringSSL has this much beside its contents at most. */
  private static final int SMALLEST_WRAP = 87;

  /** BoringSSL puts numbers of reasons into the last three digits; alerts begin at 1000. */
  private static final Pattern REASON =
      Pattern.compile("error:[0-9a-f]{5}([0-9a-f]{3}):[^:]*:[^:]*:([A-Z0-9_]+)");

  private static final int FIRST_ALERT = 1000;

  ConscryptAdapter(Provider provider) {
    super("conscrypt", provider);
  }

  /** Loads the native library, or throws a {@link LinkageError}. */
  static EngineAdapter create() {
    Conscrypt.checkAvailability();
    return new ConscryptAdapter(Conscrypt.newProviderBuilder().build());
  }

  @Override
  public String version() {
    Conscrypt.Version version = Conscrypt.version();
    return version == null ? "?" : version.major() + "." + version.minor() + "." + version.patch();
  }

  @Override
  EngineTraits traits() {
    return new EngineTraits(true, SMALLEST_WRAP, LARGEST_WRAP, 21, false);
  }

  /** Ed25519 is not among the signatures it knows. */
  @Override
  public boolean signsWith(String keyFamily) {
    return keyFamily.equals("RSA") || keyFamily.equals("EC");
  }

  /**
   * It parses and checks the encoding of a key of another provider in each handshake anew, which on
   * a curve takes longer than signing, so it is given one of its own. A key that is not to be had
   * so, such as that of a hardware token, stays as it is: Conscrypt has its provider sign then.
   */
  @Override
  IdentityKeyManager.Fitted fit(TlsIdentity identity) {
    PrivateKey key = identity.privateKey();
    byte[] encoded = "PKCS#8".equals(key.getFormat()) ? key.getEncoded() : null;
    if (encoded == null) {
      return super.fit(identity);
    }
    try {
      PrivateKey own =
          KeyFactory.getInstance(KeyMatch.family(key.getAlgorithm()), provider())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new IdentityKeyManager.Fitted(own, identity.certificates());
    } catch (GeneralSecurityException e) {
      return super.fit(identity); // such as one on a curve that it does not have
    }
  }

  @Override
  X509TrustManager fit(X509TrustManager trust) {
    return ConscryptTrustManager.around(trust);
  }

  @Override
  void check(TlsConfig config) {
    List<String> asked = config.cipherSuites();
    if (asked.isEmpty() || !config.protocols().contains("TLSv1.3")) {
      return;
    }
    Set<String> fixed =
        Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    Set<String> asked13 =
        asked.stream()
            .filter(EngineFactory::isTls13)
            .collect(Collectors.toCollection(HashSet::new));
    if (!asked13.isEmpty() && !asked13.equals(fixed)) {
      throw new TlsConfigException(
          "the engine conscrypt takes no choice of cipher suites for TLS 1.3: it always has all of "
              + fixed.stream().sorted().toList());
    }
  }

  /** A server that has no suite of TLS 1.2 enabled does not load its certificate. */
  @Override
  List<String> enabledSuites(List<String> wanted, List<String> supported) {
    List<String> suites = new ArrayList<>(wanted);
    if (suites.stream().allMatch(EngineFactory::isTls13)) {
      suites.add("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
      suites.add("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }
    return suites;
  }

  /** Without tickets, sessions of TLS 1.3 are not resumed; and they are off by default. */
  @Override
  void prepare(SSLEngine engine, boolean resumption) {
    Conscrypt.setUseSessionTickets(engine, resumption);
  }

  @Override
  int peerAlert(Throwable thrown) {
    Matcher matcher = REASON.matcher(String.valueOf(thrown.getMessage()));
    if (matcher.find()) {
      int reason = Integer.parseInt(matcher.group(1), 16);
      if (reason >= FIRST_ALERT && matcher.group(2).contains("_ALERT_")) {
        return reason - FIRST_ALERT;
      }
    }
    return Alerts.NONE;
  }

  @Override
  @Nullable TlsError reason(Throwable thrown, boolean handshaking) {
    String message = String.valueOf(thrown.getMessage());
    if (message.contains("Unable to parse TLS packet header")) {
      return TlsError.NOT_TLS;
    }
    Matcher matcher = REASON.matcher(message);
    if (!matcher.find()) {
      return null;
    }
    return switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
      case "NO_SHARED_CIPHER",
          "WRONG_CURVE",
          "NO_SHARED_GROUP",
          "NO_COMMON_SIGNATURE_ALGORITHMS",
          "UNSUPPORTED_PROTOCOL",
          "NO_SUPPORTED_VERSIONS_ENABLED",
          "WRONG_SSL_VERSION",
          "UNKNOWN_PROTOCOL" ->
          handshaking ? TlsError.NO_COMMON_PARAMETERS : TlsError.PROTOCOL;
      case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "WRONG_VERSION_NUMBER" ->
          handshaking ? TlsError.NOT_TLS : TlsError.BAD_RECORD;
      case "PEER_DID_NOT_RETURN_A_CERTIFICATE" -> TlsError.CLIENT_CERTIFICATE_REQUIRED;
      case "NO_APPLICATION_PROTOCOL", "INVALID_ALPN_PROTOCOL" -> TlsError.NO_APPLICATION_PROTOCOL;
      case "DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
          "BAD_DECRYPT",
          "ENCRYPTED_LENGTH_TOO_LONG",
          "DATA_LENGTH_TOO_LONG",
          "INVALID_OUTER_RECORD_TYPE" ->
          TlsError.BAD_RECORD;
      case "NO_RENEGOTIATION" -> TlsError.RENEGOTIATION_REFUSED;
      case "TOO_MANY_EMPTY_FRAGMENTS", "TOO_MANY_KEY_UPDATES", "TOO_MANY_WARNING_ALERTS" ->
          TlsError.TOO_MANY_EMPTY_RECORDS;
      default -> handshaking ? null : TlsError.PROTOCOL;
    };
  }
}
