// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys in DER form: PKCS#8 (RFC 5208), also encrypted, and the two older forms as what they
 * are inside of PKCS#8. Reading ASN.1 is left to the JDK; the older forms get a wrapper.
 */
final class Pkcs8 {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
  private static final byte[] RSA_ENCRYPTION =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] VERSION_0 = {2, 1, 0};

  private Pkcs8() {}

  /** Reads a key of any kind. */
  static PrivateKey key(byte[] der) throws GeneralSecurityException {
    // The kind stands in the key; the JDK has no factory that looks.
    InvalidKeySpecException refused = null;
    boolean missing = false;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (NoSuchAlgorithmException e) {
        missing = true;
      } catch (InvalidKeySpecException e) {
        if (refused == null) {
          refused = e;
        } else {
          refused.addSuppressed(e);
        }
      }
    }
    throw new InvalidKeyException(
        missing && !Curves.areThere()
            ? "it is no RSA key, and for others " + Curves.REMEDY
            : "it is no key of the kinds " + ALGORITHMS,
        refused);
  }

  /** Decrypts and reads a key of any kind. */
  static PrivateKey decrypted(byte[] der, char @Nullable [] password)
      throws GeneralSecurityException {
    if (password == null) {
      throw new InvalidKeyException("it is encrypted, and no password was given");
    }
    EncryptedPrivateKeyInfo encrypted;
    try {
      encrypted = new EncryptedPrivateKeyInfo(der);
    } catch (IOException e) {
      throw new InvalidKeyException("it is not encrypted as PKCS#8 says: " + e.getMessage(), e);
    }
    String algorithm = algorithm(encrypted);
    PBEKeySpec spec = new PBEKeySpec(password);
    byte[] plain;
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
          encrypted.getAlgParameters());
      plain = encrypted.getKeySpec(cipher).getEncoded();
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException("the password is wrong, or the key is broken", e);
    } finally {
      spec.clearPassword();
    }
    try {
      return key(plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** Returns the algorithm; that of PBES2 stands in its parameters. */
  private static String algorithm(EncryptedPrivateKeyInfo encrypted) {
    AlgorithmParameters parameters = encrypted.getAlgParameters();
    boolean scheme2 =
        encrypted.getAlgName().equals("PBES2")
            || encrypted.getAlgName().equals("1.2.840.113549.1.5.13");
    return scheme2 && parameters != null ? parameters.toString() : encrypted.getAlgName();
  }

  /** Wraps an RSA key of PKCS#1 (RFC 8017, appendix A.1.2). */
  static byte[] ofPkcs1(byte[] der) {
    return sequence(VERSION_0, RSA_ENCRYPTION, tagged(0x04, der));
  }

  /**
   * Wraps an elliptic curve key of SEC 1 (RFC 5915), whose curve must move outside.
   *
   * @throws InvalidKeyException if the curve does not stand in the key
   */
  static byte[] ofSec1(byte[] der) throws InvalidKeyException {
    byte[] curve = curve(der);
    return sequence(VERSION_0, tagged(0x30, concat(EC_PUBLIC_KEY, curve)), tagged(0x04, der));
  }

  /** Returns the contents of the element [0] of ECPrivateKey, the identifier of the curve. */
  private static byte[] curve(byte[] der) throws InvalidKeyException {
    try {
      int at = contents(der, 0);
      while (at < der.length) {
        int begin = contents(der, at);
        int end = begin + length(der, at);
        if ((der[at] & 0xFF) == 0xA0) {
          return Arrays.copyOfRange(der, begin, end);
        }
        at = end;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new InvalidKeyException("the EC PRIVATE KEY is cut off", e);
    }
    throw new InvalidKeyException(
        "the EC PRIVATE KEY does not name its curve; convert it with 'openssl pkcs8 -topk8'");
  }

  private static int contents(byte[] der, int at) {
    return at + 2 + ((der[at + 1] & 0x80) == 0 ? 0 : der[at + 1] & 0x7F);
  }

  private static int length(byte[] der, int at) {
    if ((der[at + 1] & 0x80) == 0) {
      return der[at + 1];
    }
    int length = 0;
    for (int i = at + 2; i < contents(der, at); i++) {
      length = (length << 8) | (der[i] & 0xFF);
    }
    if (length < 0 || length > der.length) {
      throw new ArrayIndexOutOfBoundsException(length);
    }
    return length;
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concat(parts));
  }

  private static byte[] tagged(int tag, byte[] content) {
    int n = content.length;
    byte[] head =
        n < 0x80
            ? new byte[] {(byte) tag, (byte) n}
            : n < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) n}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n};
    return concat(head, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
