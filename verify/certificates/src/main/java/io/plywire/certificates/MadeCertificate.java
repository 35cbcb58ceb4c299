// SPDX-License-Identifier: Apache-2.0
package io.plywire.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its key and those that it was issued by, made in memory. It may be used to
 * show who one is, and to issue others if it is an authority.
 */
public final class MadeCertificate {
  /** Kinds of keys. */
  public enum Kind {
    /** The usual one; every engine has it. */
    P256("EC", "secp256r1", "SHA256withECDSA"),
    P384("EC", "secp384r1", "SHA384withECDSA"),
    RSA("RSA", "2048", "SHA256withRSA"),
    ED25519("Ed25519", "", "Ed25519");

    private final String algorithm;
    private final String detail;
    private final String signature;

    Kind(String algorithm, String detail, String signature) {
      this.algorithm = algorithm;
      this.detail = detail;
      this.signature = signature;
    }

    private KeyPair newKeyPair() throws GeneralSecurityException {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec(detail));
      } else if (!detail.isEmpty()) {
        generator.initialize(Integer.parseInt(detail));
      }
      return generator.generateKeyPair();
    }
  }

  private final Kind kind;
  private final PrivateKey key;
  private final List<X509Certificate> chain;

  private MadeCertificate(Kind kind, PrivateKey key, List<X509Certificate> chain) {
    this.kind = kind;
    this.key = key;
    this.chain = List.copyOf(chain);
  }

  /** Makes an authority that nobody has issued. */
  public static MadeCertificate authority(String name) {
    return new Maker(Kind.P256, name, null, true).make();
  }

  /**
   * Makes a certificate for a server that nobody else has issued.
   *
   * @param names host names and addresses
   */
  public static MadeCertificate selfSigned(String... names) {
    return selfSigned(Kind.P256, names);
  }

  /** Makes a certificate for a server that nobody else has issued. */
  public static MadeCertificate selfSigned(Kind kind, String... names) {
    return new Maker(kind, names[0], null, false).names(names).make();
  }

  /**
   * Issues a certificate for servers and clients.
   *
   * @param names host names, patterns and addresses; the first is also the subject
   */
  public MadeCertificate issue(Kind kind, String... names) {
    return new Maker(kind, names[0], this, false).names(names).make();
  }

  /** Issues a certificate for servers and clients that is valid at another time. */
  public MadeCertificate issue(Instant from, Duration valid, String... names) {
    return new Maker(Kind.P256, names[0], this, false).names(names).valid(from, valid).make();
  }

  /** Issues a certificate whose names stand in its subject alone, as they once did. */
  public MadeCertificate issueWithoutNames(String subject) {
    return new Maker(Kind.P256, subject, this, false).make();
  }

  /** Issues the certificate of an authority. */
  public MadeCertificate issueAuthority(String name) {
    return new Maker(Kind.P256, name, this, true).make();
  }

  /** Returns the private key. */
  public PrivateKey key() {
    return key;
  }

  /** Returns the certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** Returns the certificate and its issuers, without the last one. */
  public List<X509Certificate> chain() {
    return chain.size() == 1 ? chain : chain.subList(0, chain.size() - 1);
  }

  /** Returns the chain in PEM form. */
  public String chainPem() {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate certificate : chain()) {
        text.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  /** Returns the key in PEM form, as PKCS#8. */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /**
   * Returns the fingerprint by which people compare certificates: SHA-256, in pairs of hex digits.
   */
  public static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a block in PEM form. */
  public static String pem(String label, byte[] der) {
    byte[] lineEnd = {'\n'};
    String body =
        new String(Base64.getMimeEncoder(64, lineEnd).encode(der), StandardCharsets.US_ASCII);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static final class Maker {
    private final Kind kind;
    private final X500Principal subject;
    private final @Nullable MadeCertificate issuer;
    private final boolean authority;
    private String[] names = {};
    private Instant from = Instant.now().minus(Duration.ofDays(1));
    private Duration valid = Duration.ofDays(90);

    Maker(Kind kind, String name, @Nullable MadeCertificate issuer, boolean authority) {
      this.kind = kind;
      this.subject = new X500Principal("CN=" + name);
      this.issuer = issuer;
      this.authority = authority;
    }

    Maker names(String... names) {
      this.names = names;
      return this;
    }

    Maker valid(Instant from, Duration valid) {
      this.from = from;
      this.valid = valid;
      return this;
    }

    MadeCertificate make() {
      try {
        KeyPair pair = kind.newKeyPair();
        MadeCertificate by = issuer;
        JcaX509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                by == null ? subject : by.certificate().getSubjectX500Principal(),
                new BigInteger(120, new SecureRandom()),
                Date.from(from),
                Date.from(from.plus(valid)),
                subject,
                pair.getPublic());
        extend(builder);
        Kind signing = by == null ? kind : by.kind;
        X509Certificate certificate =
            new JcaX509CertificateConverter()
                .getCertificate(
                    builder.build(
                        new JcaContentSignerBuilder(signing.signature)
                            .build(by == null ? pair.getPrivate() : by.key)));
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
        if (by != null) {
          chain.addAll(by.chain);
        }
        return new MadeCertificate(kind, pair.getPrivate(), chain);
      } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private void extend(JcaX509v3CertificateBuilder builder) throws IOException {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
      if (!authority) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      }
      if (names.length > 0) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
          boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
          all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(all.toArray(new GeneralName[0])));
      }
    }
  }
}
