// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import static io.plywire.certificates.MadeCertificate.pem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsIdentity;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates and keys as tools write them. */
class PemTest {
  private static final char[] PASSWORD = "s3cret".toCharArray();
  private static final MadeCertificate CA = MadeCertificate.authority("Test CA");

  private static TlsIdentity read(MadeCertificate certificate, String key, char[] password) {
    TlsIdentity identity = TlsIdentity.pem(certificate.chainPem(), key, password);
    assertThat(identity.certificates()).isEqualTo(certificate.chain());
    assertThat(identity.privateKey().getEncoded()).isEqualTo(certificate.key().getEncoded());
    return identity;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void pkcs8(Kind kind) {
    MadeCertificate certificate = CA.issue(kind, "server.test");
    read(certificate, certificate.keyPem(), null);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void pkcs8Encrypted(Kind kind) throws Exception {
    MadeCertificate certificate = CA.issue(kind, "server.test");
    for (ASN1ObjectIdentifier algorithm :
        new ASN1ObjectIdentifier[] {PKCS8Generator.AES_256_CBC, PKCS8Generator.AES_128_CBC}) {
      String text = encrypted(certificate, algorithm);
      assertThat(text).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
      read(certificate, text, PASSWORD);
      refused(
          () -> TlsIdentity.pem(certificate.chainPem(), text, "wrong".toCharArray()),
          "the password is wrong");
      refused(() -> TlsIdentity.pem(certificate.chainPem(), text, null), "no password was given");
    }
  }

  private static String encrypted(MadeCertificate certificate, ASN1ObjectIdentifier algorithm)
      throws Exception {
    return written(
        new JcaPKCS8Generator(
            certificate.key(),
            new JceOpenSSLPKCS8EncryptorBuilder(algorithm)
                .setProvider(new BouncyCastleProvider())
                .setPassword(PASSWORD)
                .setRandom(new SecureRandom())
                .build()));
  }

  private static String written(org.bouncycastle.util.io.pem.PemObjectGenerator object)
      throws Exception {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  @Test
  void pkcs1() throws Exception {
    MadeCertificate certificate = CA.issue(Kind.RSA, "server.test");
    byte[] der = inner(certificate).toASN1Primitive().getEncoded();
    read(certificate, pem("RSA PRIVATE KEY", der), null);
    refusedWhereverItIsCut(certificate, "RSA PRIVATE KEY", der);
  }

  @ParameterizedTest
  @EnumSource(names = {"P256", "P384"})
  void sec1(Kind kind) throws Exception {
    MadeCertificate certificate = CA.issue(kind, "server.test");
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(certificate.key().getEncoded());
    ECPrivateKey bare = ECPrivateKey.getInstance(inner(certificate));
    ASN1Encodable curve = info.getPrivateKeyAlgorithm().getParameters();
    int bits = kind == Kind.P256 ? 256 : 384;
    byte[] der = new ECPrivateKey(bits, bare.getKey(), curve).getEncoded();
    String parameters = pem("EC PARAMETERS", curve.toASN1Primitive().getEncoded());

    TlsIdentity identity =
        TlsIdentity.pem(certificate.chainPem(), parameters + pem("EC PRIVATE KEY", der), PASSWORD);
    assertThat(((java.security.interfaces.ECPrivateKey) identity.privateKey()).getS())
        .isEqualTo(bare.getKey());
    refusedWhereverItIsCut(certificate, "EC PRIVATE KEY", der);
    refused(
        () ->
            TlsIdentity.pem(certificate.chainPem(), pem("EC PRIVATE KEY", bare.getEncoded()), null),
        "does not name its curve; convert it with 'openssl pkcs8 -topk8'");
  }

  private static ASN1Encodable inner(MadeCertificate certificate) throws Exception {
    return PrivateKeyInfo.getInstance(certificate.key().getEncoded()).parsePrivateKey();
  }

  private static void refusedWhereverItIsCut(
      MadeCertificate certificate, String label, byte[] der) {
    for (int length = 0; length < der.length; length += 7) {
      String cut = pem(label, Arrays.copyOf(der, length));
      refused(() -> TlsIdentity.pem(certificate.chainPem(), cut, null), "cannot be read");
    }
  }

  @Test
  void oldEncryptionIsNamedWithWhatToDo() throws Exception {
    MadeCertificate certificate = CA.issue(Kind.RSA, "server.test");
    String text =
        written(
            new JcaMiscPEMGenerator(
                certificate.key(),
                new JcePEMEncryptorBuilder("AES-128-CBC")
                    .setProvider(new BouncyCastleProvider())
                    .build(PASSWORD)));
    assertThat(text).contains("Proc-Type: 4,ENCRYPTED");
    refused(
        () -> TlsIdentity.pem(certificate.chainPem(), text, PASSWORD),
        "openssl pkcs8 -topk8 -in old.pem -out new.pem");
  }

  @Test
  void filesAsToolsWriteThem(@TempDir Path folder) throws Exception {
    MadeCertificate leaf = CA.issueAuthority("Middle").issue(Kind.P256, "server.test");
    String text =
        "Bag Attributes\n    friendlyName: \u00fcber\nsubject=CN = server.test\n"
            + leaf.chainPem().replace("\n", "\r\n")
            + "\n# and the key\n"
            + leaf.keyPem().replace("\n", "\r\n");
    Path file = folder.resolve("both.pem");
    Files.writeString(file, text);
    TlsIdentity identity = TlsIdentity.pem(file, file);
    assertThat(identity.certificates()).isEqualTo(leaf.chain()).hasSize(2);

    Path missing = folder.resolve("missing.pem");
    refused(() -> TlsIdentity.pem(missing, file), "missing.pem cannot be read");
    refused(() -> Trust.of(missing), "missing.pem cannot be read");
  }

  @Test
  void whatIsWrongIsSaid() {
    MadeCertificate one = CA.issue(Kind.P256, "server.test");
    String chain = one.chainPem();
    String key = one.keyPem();
    refused(() -> TlsIdentity.pem("nothing", key, null), "the chain is not in PEM form");
    refused(() -> TlsIdentity.pem(chain, chain, null), "no private key");
    refused(() -> TlsIdentity.pem(key, key, null), "no certificate, only [PRIVATE KEY]");
    refused(() -> TlsIdentity.pem(chain, key + key, null), "2 private keys");
    refused(
        () -> TlsIdentity.pem(pem("CERTIFICATE", new byte[] {1, 2, 3}), key, null),
        "certificate 1 cannot be read");
    refused(
        () -> TlsIdentity.pem(chain, pem("PRIVATE KEY", new byte[] {1, 2, 3}), null),
        "the private key cannot be read");
    refused(
        () -> TlsIdentity.pem(chain, pem("DSA PRIVATE KEY", new byte[] {1, 2, 3}), null),
        "'DSA PRIVATE KEY' is not understood");
    refused(() -> Trust.of(key), "no certificate");
    MadeCertificate other = CA.issue(Kind.P256, "other.test");
    refused(() -> TlsIdentity.pem(chain, other.keyPem(), null), "does not belong");
  }

  private static void refused(ThrowingCallable code, String part) {
    assertThatThrownBy(code).isInstanceOf(TlsConfigException.class).hasMessageContaining(part);
  }
}
