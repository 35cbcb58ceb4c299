// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.jcajce.util.JcaJceHelper;
import org.bouncycastle.jcajce.util.ProviderJcaJceHelper;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * The cryptography below BouncyCastle's JSSE: what works on every byte comes from the JDK, which
 * has the processor's instructions for it (25 times as fast as BouncyCastle's own AES), and the
 * rest, such as key exchanges that the JDK lacks, from BouncyCastle.
 */
final class BouncyCastleCrypto extends JcaTlsCryptoProvider {
  private final JcaJceHelper helper;
  private final @Nullable BouncyCastleKeyLog keyLog;

  BouncyCastleCrypto(Provider bouncyCastle, @Nullable BouncyCastleKeyLog keyLog) {
    helper = new Mixed(bouncyCastle);
    this.keyLog = keyLog;
  }

  @Override
  public JcaJceHelper getHelper() {
    return helper;
  }

  @Override
  public JcaJceHelper getAltHelper() {
    return helper;
  }

  @Override
  public JcaTlsCrypto create(SecureRandom keys, SecureRandom nonces) {
    return keyLog == null
        ? super.create(keys, nonces)
        : new LoggingCrypto(helper, keys, nonces, keyLog);
  }

  /** Sees the secrets whenever keys are made of them. */
  private static final class LoggingCrypto extends JcaTlsCrypto {
    private final BouncyCastleKeyLog keyLog;

    LoggingCrypto(
        JcaJceHelper helper, SecureRandom keys, SecureRandom nonces, BouncyCastleKeyLog keyLog) {
      super(helper, keys, nonces);
      this.keyLog = keyLog;
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryption, int mac)
        throws IOException {
      keyLog.log(this, parameters);
      return super.createCipher(parameters, encryption, mac);
    }
  }

  /** Asks the JDK's providers, by name, for what works on every byte. */
  private static final class Mixed extends ProviderJcaJceHelper {
    private static final String JDK_CIPHERS = "SunJCE";
    private static final String JDK_DIGESTS = "SUN";

    Mixed(Provider bouncyCastle) {
      super(bouncyCastle);
    }

    @Override
    public Cipher createCipher(String algorithm)
        throws NoSuchAlgorithmException, NoSuchPaddingException {
      if (algorithm.startsWith("AES") || algorithm.startsWith("ChaCha20")) {
        Provider jdk = Security.getProvider(JDK_CIPHERS);
        if (jdk != null && jdk.getService("Cipher", transformation(algorithm)) != null) {
          return Cipher.getInstance(algorithm, jdk);
        }
      }
      return super.createCipher(algorithm);
    }

    private static String transformation(String algorithm) {
      int slash = algorithm.indexOf('/');
      return slash < 0 ? algorithm : algorithm.substring(0, slash);
    }

    @Override
    public Mac createMac(String algorithm) throws NoSuchAlgorithmException {
      Provider jdk = Security.getProvider(JDK_CIPHERS);
      return jdk != null && jdk.getService("Mac", algorithm) != null
          ? Mac.getInstance(algorithm, jdk)
          : super.createMac(algorithm);
    }

    @Override
    public MessageDigest createMessageDigest(String algorithm) throws NoSuchAlgorithmException {
      Provider jdk = Security.getProvider(JDK_DIGESTS);
      return jdk != null && jdk.getService("MessageDigest", algorithm) != null
          ? MessageDigest.getInstance(algorithm, jdk)
          : super.createMessageDigest(algorithm);
    }

    @Override
    @Deprecated // by the interface, and still called
    @SuppressWarnings("InlineMeSuggester")
    public MessageDigest createDigest(String algorithm) throws NoSuchAlgorithmException {
      return createMessageDigest(algorithm);
    }
  }
}
