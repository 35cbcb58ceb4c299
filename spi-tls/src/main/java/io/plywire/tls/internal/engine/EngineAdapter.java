// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsIdentity;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.EdECPrivateKey;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What is special about the engines of one provider. This one is the JDK's, and does for any
 * provider that behaves as JSSE says; the others override what they do differently. Stateless
 * beside the provider.
 */
public class EngineAdapter {
  static final String JDK = "jdk";

  /** The JDK's engine refuses to wrap anything into less, and never makes more. */
  private static final int JDK_RECORD = 16_709;

  /** Of SSLParameters, from Java 20 on. */
  private static final @Nullable MethodHandle SET_NAMED_GROUPS = setNamedGroups();

  /** The JDK 17 says "Received fatal alert: x"; later ones add "(x) " in front. */
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private final String name;
  private final Provider provider;

  /** For the JDK's own and unknown providers. */
  public EngineAdapter(String name, Provider provider) {
    this.name = name;
    this.provider = provider;
  }

  /** Returns the name of the engine. */
  public final String name() {
    return name;
  }

  /** Returns the provider's instance. */
  public final Provider provider() {
    return provider;
  }

  /** Returns the version; the JDK's provider knows the first number of it only. */
  public String version() {
    return name.equals(JDK) ? System.getProperty("java.version") : provider.getVersionStr();
  }

  /** Returns name and version. */
  final String title() {
    return name + " " + version();
  }

  EngineTraits traits() {
    return new EngineTraits(false, JDK_RECORD, JDK_RECORD, 21, true);
  }

  /** Makes a context that shares nothing with another, such as sessions. */
  SSLContext newContext(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS", provider);
    context.init(keys, trust, null);
    return context;
  }

  /**
   * Returns an adapter whose engines hand out their secrets.
   *
   * @param sink gets the lines
   */
  EngineAdapter logging(Consumer<String> sink) {
    throw new TlsConfigException(
        "the engine " + name + " cannot log keys; the engine bouncycastle can");
  }

  /** Returns whether the engine can hand out secrets. */
  public boolean logsKeys() {
    return false;
  }

  /** Returns whether TLS 1.3 sessions are resumed between two engines of this kind. */
  public boolean resumesTls13() {
    return true;
  }

  /** Returns whether engines of this kind can serve a certificate with such a key. */
  public boolean signsWith(String keyFamily) {
    return true;
  }

  /** Returns objects that the engine can use: it signs with its own class of Edwards curve keys. */
  IdentityKeyManager.Fitted fit(TlsIdentity identity) {
    IdentityKeyManager.Fitted asIs = IdentityKeyManager.Fitted.asIs(identity);
    if (!isEdwards(asIs.key()) || !(asIs.key() instanceof EdECPrivateKey)) {
      return asIs;
    }
    try {
      return new IdentityKeyManager.Fitted(
          (PrivateKey) KeyFactory.getInstance("EdDSA").translateKey(asIs.key()), asIs.chain());
    } catch (GeneralSecurityException e) {
      throw unfit(identity, e);
    }
  }

  static boolean isEdwards(PrivateKey key) {
    return KeyMatch.family(key.getAlgorithm()).equals("EdDSA");
  }

  final TlsConfigException unfit(TlsIdentity identity, GeneralSecurityException e) {
    return new TlsConfigException(
        "the engine " + name + " does not take the key of " + identity + ": " + e.getMessage(), e);
  }

  /** Returns a trust manager that the engine calls as it should. */
  X509TrustManager fit(X509TrustManager trust) {
    return trust;
  }

  /** Returns the cipher suites to enable, given those wanted, that the engine supports. */
  List<String> enabledSuites(List<String> wanted, List<String> supported) {
    return wanted;
  }

  /**
   * Checks that the engine does what it is asked for, in so far as it would not say so itself.
   *
   * @throws TlsConfigException if not
   */
  void check(TlsConfig config) {}

  /** Returns whether groups can be chosen for one connection. */
  public boolean choosesGroups() {
    return SET_NAMED_GROUPS != null;
  }

  /** Returns how to get a choice of groups all the same, for a message. */
  String groupsHint() {
    return "this takes Java 20, or the system property jdk.tls.namedGroups for the whole JVM";
  }

  /**
   * Sets the groups. Called after everything else was set.
   *
   * @param groups empty for the engine's choice
   * @param tls13 whether TLS 1.3 is enabled
   */
  void setGroups(SSLEngine engine, List<String> groups, boolean tls13) {
    if (!groups.isEmpty() && SET_NAMED_GROUPS != null) {
      SSLParameters parameters = engine.getSSLParameters();
      try {
        SET_NAMED_GROUPS.invokeExact(parameters, groups.toArray(new String[0]));
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
      engine.setSSLParameters(parameters);
    }
  }

  /** Does the rest that is special to this kind. */
  void prepare(SSLEngine engine, boolean resumption) {}

  /** Returns the agreed application protocol, or the empty string. */
  static String applicationProtocol(SSLEngine engine) {
    String protocol = engine.getApplicationProtocol();
    return protocol == null ? "" : protocol; // Conscrypt
  }

  /** Returns the number of the fatal alert that the peer sent, if that is what this says. */
  int peerAlert(Throwable thrown) {
    Matcher matcher = ALERT.matcher(String.valueOf(thrown.getMessage()));
    return matcher.find() ? Alerts.number(matcher.group(1)) : Alerts.NONE;
  }

  /** Returns what went wrong on our side, or null if this does not say so. */
  @Nullable TlsError reason(Throwable thrown, boolean handshaking) {
    String message = String.valueOf(thrown.getMessage());
    if (says(message, "plaintext connection", "Unsupported or unrecognized SSL message")) {
      return TlsError.NOT_TLS;
    }
    if (handshaking
        && says(
            message,
            "no cipher suites in common",
            "No appropriate protocol",
            "is not enabled or supported in server context",
            "The client supported protocol versions",
            "The server selected protocol version",
            "no negotiable cipher suite",
            "No suitable shared",
            "No available authentication scheme",
            "No common",
            "Unexpected key_share extension in HelloRetryRequest")) {
      return TlsError.NO_COMMON_PARAMETERS;
    }
    if (says(message, "No matching application layer protocol")) {
      return TlsError.NO_APPLICATION_PROTOCOL;
    }
    if (says(message, "Empty client certificate chain", "null cert chain")) {
      return TlsError.CLIENT_CERTIFICATE_REQUIRED;
    }
    if (says(message, "Empty server certificate chain")) { // RFC 8446 §4.4.2: never empty
      return TlsError.PROTOCOL;
    }
    if (says(message, "bad record MAC", "Insufficient buffer remaining for AEAD")) {
      return TlsError.BAD_RECORD;
    }
    return null;
  }

  static boolean says(String message, String... parts) {
    for (String part : parts) {
      if (message.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable MethodHandle setNamedGroups() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(
              SSLParameters.class,
              "setNamedGroups",
              MethodType.methodType(void.class, String[].class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
