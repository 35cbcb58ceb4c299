// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsConfigException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * Tells whether a private key belongs to a certificate, by signing with the one and verifying with
 * the other: this also works for keys that do not leave their hardware.
 */
public final class KeyMatch {
  private static final byte[] PROBE = "plywire".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  /**
   * Checks that a key belongs to a certificate.
   *
   * @param key may live outside of the JVM
   * @param certificate its own
   * @param source for the message
   * @throws TlsConfigException if it does not
   */
  public static void check(PrivateKey key, X509Certificate certificate, String source) {
    PublicKey certified = certificate.getPublicKey();
    String subject = certificate.getSubjectX500Principal().getName();
    boolean matches;
    try {
      matches = family(key.getAlgorithm()).equals(family(certified.getAlgorithm()));
      if (matches) {
        byte[] signature = sign(key);
        Signature verifier = signature(family(certified.getAlgorithm()));
        verifier.initVerify(certified);
        verifier.update(PROBE);
        matches = verifier.verify(signature);
      }
    } catch (GeneralSecurityException e) {
      throw new TlsConfigException(
          source
              + ": cannot tell whether the "
              + key.getAlgorithm()
              + " key belongs to the certificate of "
              + subject
              + ": "
              + e.getMessage(),
          e);
    }
    if (!matches) {
      throw new TlsConfigException(
          source
              + ": the "
              + key.getAlgorithm()
              + " key does not belong to the certificate of "
              + subject
              + " ("
              + certified.getAlgorithm()
              + "); the key's own certificate must come first");
    }
  }

  private static byte[] sign(PrivateKey key) throws GeneralSecurityException {
    Signature signer = signature(family(key.getAlgorithm()));
    signer.initSign(key);
    signer.update(PROBE);
    return signer.sign();
  }

  private static Signature signature(String family) throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (family) {
              case "EC" -> "SHA256withECDSA";
              case "RSA" -> "SHA256withRSA";
              default -> family;
            });
    if (family.equals("RSASSA-PSS")) {
      signature.setParameter(
          new PSSParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC));
    }
    return signature;
  }

  /** Returns one name for what providers name in several ways. */
  static String family(String algorithm) {
    return switch (algorithm) {
      case "ECDSA" -> "EC";
      case "Ed25519", "Ed448" -> "EdDSA";
      default -> algorithm;
    };
  }
}
