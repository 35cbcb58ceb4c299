// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.spi.Availability;
import io.plywire.tls.internal.engine.EngineAdapter;
import io.plywire.tls.internal.engine.EngineLookup;
import java.security.Provider;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A choice of TLS engine. A choice can be made, reported and compared without the engine being
 * there; {@link TlsContext#of} needs it. No provider is ever added to {@link
 * java.security.Security}'s list, and none is looked up there beside the JDK's own.
 *
 * <p>Immutable; every method may be called by any thread.
 */
public final class TlsEngine {
  private static final TlsEngine JDK = new TlsEngine("jdk", null);
  private static final TlsEngine CONSCRYPT = new TlsEngine("conscrypt", null);
  private static final TlsEngine BOUNCY_CASTLE = new TlsEngine("bouncycastle", null);

  /**
   * What an engine can do here.
   *
   * @param protocols the versions, newest first
   * @param groups of the key exchange, as offered by default, best first
   * @param choosesGroups whether {@link TlsConfig#withGroups} works
   * @param tls13Resumption whether sessions of TLS 1.3 are resumed; those of 1.2 always are
   * @param ed25519 whether it can use certificates with keys of this kind
   * @param keyLog whether {@link TlsConfig#withKeyLog(java.nio.file.Path)} works
   */
  public record Features(
      List<String> protocols,
      List<String> groups,
      boolean choosesGroups,
      boolean tls13Resumption,
      boolean ed25519,
      boolean keyLog) {
    /** Copies the lists. */
    public Features {
      protocols = List.copyOf(protocols);
      groups = List.copyOf(groups);
    }
  }

  private final String name;
  private final @Nullable Provider provider;

  private TlsEngine(String name, @Nullable Provider provider) {
    this.name = name;
    this.provider = provider;
  }

  /** Returns the JDK's engine, the default. */
  public static TlsEngine jdk() {
    return JDK;
  }

  /** Returns Conscrypt, of {@code org.conscrypt:conscrypt-openjdk-uber}. */
  public static TlsEngine conscrypt() {
    return CONSCRYPT;
  }

  /** Returns BouncyCastle's engine, of {@code org.bouncycastle:bctls-jdk18on}. */
  public static TlsEngine bouncyCastle() {
    return BOUNCY_CASTLE;
  }

  /**
   * Returns the engine of a provider, used as it is. The three known ones are recognized by name;
   * for another the behavior of the JDK's is assumed.
   *
   * @param provider need not be registered
   */
  public static TlsEngine of(Provider provider) {
    return new TlsEngine(provider.getName(), Objects.requireNonNull(provider, "provider"));
  }

  /**
   * Returns one of the known engines.
   *
   * @param name {@code jdk}, {@code conscrypt} or {@code bouncycastle}
   * @throws TlsConfigException if it is none of these
   */
  public static TlsEngine named(String name) {
    for (TlsEngine engine : all()) {
      if (engine.name.equals(name)) {
        return engine;
      }
    }
    throw new TlsConfigException(
        "there is no TLS engine '"
            + name
            + "'; known are "
            + all().stream().map(e -> e.name).toList());
  }

  /** Returns all known engines, available or not, the default first. */
  public static List<TlsEngine> all() {
    return List.of(JDK, CONSCRYPT, BOUNCY_CASTLE);
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns whether it can be used here: with its version, or with what to do about it. */
  public Availability availability() {
    return found().availability();
  }

  /**
   * Returns the version.
   *
   * @throws TlsConfigException if it is not available
   */
  public String version() {
    return adapter().version();
  }

  /**
   * Returns what the engine can do here, found out by asking it.
   *
   * @throws TlsConfigException if it is not available
   */
  public Features features() {
    return EngineLookup.features(adapter());
  }

  private EngineLookup.Found found() {
    return provider != null ? EngineLookup.of(provider) : EngineLookup.named(name);
  }

  /** Returns how to deal with it. */
  EngineAdapter adapter() {
    EngineLookup.Found found = found();
    EngineAdapter adapter = found.adapter();
    if (adapter == null) {
      throw new TlsConfigException(
          "the TLS engine '" + name + "' is not available: " + found.availability().reason());
    }
    return adapter;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsEngine engine
        && name.equals(engine.name)
        && Objects.equals(provider, engine.provider);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "TlsEngine[" + name + "]";
  }
}
