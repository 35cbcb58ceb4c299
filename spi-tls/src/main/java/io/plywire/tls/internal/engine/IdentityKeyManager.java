// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsIdentity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among identities: a server's by the name the client asks for, a client's by the issuers
 * the server names, both by the kind of key. It understands how each engine names kinds of keys,
 * and is the same for all of them, so that all choose alike.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  /** An identity, as the engine can use it. */
  record Entry(PrivateKey key, List<X509Certificate> chain, KeyType type) {
    boolean issuedBy(Set<Principal> issuers) {
      return chain.stream().anyMatch(c -> issuers.contains(c.getIssuerX500Principal()));
    }
  }

  /** Makes key objects that the engine can use. */
  interface Fitter {
    Fitted fit(TlsIdentity identity);
  }

  /** A key and its chain, as objects of classes that the engine can use. */
  record Fitted(PrivateKey key, List<X509Certificate> chain) {
    static Fitted asIs(TlsIdentity identity) {
      return new Fitted(identity.privateKey(), identity.certificates());
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, List<Integer>> byPattern = new HashMap<>();
  private final List<Integer> fallback = new ArrayList<>();

  /** Takes over what material there is; its order is the order of preference. */
  IdentityKeyManager(Material material, Fitter fitter) {
    List<TlsIdentity> identities = material.identities();
    for (TlsIdentity identity : identities) {
      Fitted fitted = fitter.fit(identity);
      KeyType type = KeyType.of(identity.certificates().get(0).getPublicKey());
      entries.add(new Entry(fitted.key, fitted.chain, type));
    }
    for (int i = 0; i < identities.size(); i++) {
      for (String name : identities.get(i).names()) {
        serve(name, i);
      }
    }
    // Names that were given go before names that stand in certificates.
    Set<String> given = Set.copyOf(byPattern.keySet());
    for (int i = 0; i < identities.size(); i++) {
      for (String name : HostNames.dnsNames(identities.get(i).certificates().get(0))) {
        if (!given.contains(name)) {
          serve(name, i);
        }
      }
    }
    if (!identities.isEmpty()) {
      Set<String> names = names(identities.get(0));
      for (int i = 0; i < identities.size(); i++) {
        if (i == 0 || names(identities.get(i)).equals(names)) {
          fallback.add(i);
        }
      }
    }
  }

  private static Set<String> names(TlsIdentity identity) {
    return new HashSet<>(HostNames.dnsNames(identity.certificates().get(0)));
  }

  private void serve(String name, int entry) {
    byPattern.computeIfAbsent(name, key -> new ArrayList<>()).add(entry);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    for (int i : candidates(requestedName(engine))) {
      if (entries.get(i).type.fits(keyType)) {
        return Integer.toString(i);
      }
    }
    return null;
  }

  /**
   * Returns the entries for a name. All have the name, or none: a client that gets a certificate of
   * its favourite kind for another name has got nothing.
   */
  private List<Integer> candidates(@Nullable String name) {
    if (name != null) {
      List<Integer> exact = byPattern.get(name);
      if (exact != null) {
        return exact;
      }
      List<Integer> siblings = byPattern.get(String.valueOf(HostNames.wildcard(name)));
      if (siblings != null) {
        return siblings;
      }
    }
    return fallback;
  }

  private static @Nullable String requestedName(@Nullable SSLEngine engine) {
    SSLSession session = engine == null ? null : engine.getHandshakeSession();
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return HostNames.normal(host.getAsciiName());
        }
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    int fitting = -1;
    Set<Principal> wanted = issuers == null ? Set.of() : Set.of(distinct(issuers));
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (Arrays.stream(keyTypes).anyMatch(entry.type::fits)) {
        if (entry.issuedBy(wanted)) {
          return Integer.toString(i);
        }
        fitting = fitting < 0 ? i : fitting;
      }
    }
    // The server's list may leave out issuers in between; it can still judge for itself.
    return fitting < 0 ? null : Integer.toString(fitting);
  }

  private static Principal[] distinct(Principal[] issuers) {
    return new HashSet<>(Arrays.asList(issuers)).toArray(new Principal[0]);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Entry entry = entry(alias);
    return entry == null ? null : entry.chain.toArray(new X509Certificate[0]);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Entry entry = entry(alias);
    return entry == null ? null : entry.key;
  }

  private @Nullable Entry entry(@Nullable String alias) {
    return alias == null ? null : entries.get(Integer.parseInt(alias));
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return aliases(keyType);
  }

  private String @Nullable [] aliases(String keyType) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).type.fits(keyType)) {
        found.add(Integer.toString(i));
      }
    }
    return found.isEmpty() ? null : found.toArray(new String[0]);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineClientAlias(keyTypes, issuers, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }
}
