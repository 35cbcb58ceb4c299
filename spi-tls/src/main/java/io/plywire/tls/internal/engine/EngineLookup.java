// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.spi.Availability;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the engines. Each is looked for once, when it is first asked for. */
public final class EngineLookup {
  private static final int ED25519 = 0x0807; // RFC 8446, section 4.2.3

  /**
   * What was found.
   *
   * @param availability whether there is an engine, and what to do if not
   * @param adapter null if there is none
   */
  public record Found(Availability availability, @Nullable EngineAdapter adapter) {
    static Found yes(EngineAdapter adapter) {
      return new Found(Availability.yes(adapter.title()), adapter);
    }

    static Found no(String reason) {
      return new Found(Availability.no(reason), null);
    }
  }

  /**
   * Each of these classes loads when its engine is first asked for, and only then touches a class
   * of the engine. With method references in place of the lambdas, that would be too early to catch
   * what is missing.
   */
  private static final class Jdk {
    static final Found FOUND = jdk();
  }

  private static final class Conscrypt {
    static final Found FOUND =
        optional(
            () -> ConscryptAdapter.create(),
            "org.conscrypt:conscrypt-openjdk-uber",
            "org.conscrypt");
  }

  private static final class BouncyCastle {
    static final Found FOUND =
        optional(
            () -> BouncyCastleAdapter.create(),
            "org.bouncycastle:bctls-jdk18on",
            "org.bouncycastle.tls");
  }

  private EngineLookup() {}

  /** Returns one of the known engines. */
  public static Found named(String name) {
    return switch (name) {
      case EngineAdapter.JDK -> Jdk.FOUND;
      case "conscrypt" -> Conscrypt.FOUND;
      case "bouncycastle" -> BouncyCastle.FOUND;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Returns the engine of a provider. */
  public static Found of(Provider provider) {
    return switch (provider.getName()) {
      case "Conscrypt" -> Found.yes(new ConscryptAdapter(provider));
      case "SunJSSE" -> Found.yes(new EngineAdapter(EngineAdapter.JDK, provider));
      case "BCJSSE" -> Found.yes(new BouncyCastleAdapter(provider));
      default ->
          provider.getService("SSLContext", "TLS") == null
              ? Found.no("the provider " + provider.getName() + " has no SSLContext for TLS")
              : Found.yes(new EngineAdapter(provider.getName(), provider));
    };
  }

  private static Found jdk() {
    Provider provider = Security.getProvider("SunJSSE");
    return provider == null
        ? Found.no("this JVM has no provider SunJSSE; choose the engine of the provider it has")
        : Found.yes(new EngineAdapter(EngineAdapter.JDK, provider));
  }

  private static Found optional(Supplier<EngineAdapter> create, String artifact, String module) {
    try {
      return Found.yes(create.get());
    } catch (NoClassDefFoundError e) {
      return Found.no(
          "add the artifact "
              + artifact
              + " to the class path, or to the module path with"
              + " --add-modules "
              + module
              + " (missing: "
              + e.getMessage()
              + ")");
    } catch (LinkageError | RuntimeException e) {
      return Found.no(artifact + " does not work here: " + e);
    }
  }

  /** Asks an engine what it can do. */
  public static TlsEngine.Features features(EngineAdapter adapter) {
    EngineFactory context =
        EngineFactory.of(
            adapter, TlsConfig.insecureClient(), new Material(List.of(), null, Trust.anyone()));
    HandshakeFacts offer = context.firstMessage();
    return new TlsEngine.Features(
        context.protocols(),
        offer.offeredGroups(),
        adapter.choosesGroups(),
        adapter.resumesTls13(),
        adapter.signsWith("EdDSA") && offer.signatureSchemes().contains(ED25519),
        adapter.logsKeys());
  }
}
