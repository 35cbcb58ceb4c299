// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a key, and whether it is what an engine asks for. The JDK asks for {@code EC}, {@code
 * EdDSA}, {@code RSA} and {@code RSASSA-PSS}; Conscrypt for {@code RSA} and {@code EC};
 * BouncyCastle also for {@code EC/secp256r1} and {@code Ed25519}, and before TLS 1.3 for {@code
 * ECDHE_ECDSA}.
 *
 * @param family algorithm, in the JDK's words
 * @param detail curve, or null
 */
record KeyType(String family, @Nullable String detail) {
  /** The curves of certificates that engines know. */
  static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");

  static KeyType of(PublicKey key) {
    String family = KeyMatch.family(key.getAlgorithm());
    return switch (family) {
      case "EC" -> new KeyType(family, curve((ECPublicKey) key));
      case "EdDSA" -> new KeyType(family, edwards(key));
      default -> new KeyType(family, null);
    };
  }

  /** Compares with the known ones: how the JDK names a curve differs between versions. */
  private static @Nullable String curve(ECPublicKey key) {
    ECParameterSpec own = key.getParams();
    try {
      for (String name : CURVES) {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec known = parameters.getParameterSpec(ECParameterSpec.class);
        if (known.getCurve().equals(own.getCurve())
            && known.getGenerator().equals(own.getGenerator())) {
          return name;
        }
      }
    } catch (GeneralSecurityException e) {
      return null; // a curve that the JDK does not know
    }
    return null;
  }

  private static String edwards(PublicKey key) {
    // X.509 encoding: the identifier ends in 112 for Ed25519 and 113 for Ed448 (RFC 8410).
    return key.getEncoded()[8] == 113 ? "Ed448" : "Ed25519";
  }

  /** Returns whether this is what an engine asks for. */
  boolean fits(String asked) {
    int slash = asked.indexOf('/');
    if (slash >= 0) {
      return family.equals(asked.substring(0, slash)) && asked.substring(slash + 1).equals(detail);
    }
    return switch (asked) {
      case "ECDSA", "ECDHE_ECDSA" -> family.equals("EC");
      case "ECDHE_RSA", "DHE_RSA" -> family.equals("RSA");
      case "Ed25519", "Ed448" -> asked.equals(detail);
      default -> family.equals(asked);
    };
  }
}
