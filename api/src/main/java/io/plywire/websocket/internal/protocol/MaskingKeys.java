// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The masking keys of real connections, which no script that chooses payloads can foresee (RFC 6455
 * §10.3): the key stream of AES in counter mode, keyed by the system's randomness. Unlike asking
 * {@link SecureRandom} for every block, it makes no garbage and costs a few nanoseconds a key.
 */
public final class MaskingKeys {

  private static final int BLOCK_BYTES = 1024;

  // One stream per thread: there is nothing to lock.
  private static final ThreadLocal<MaskingKeys> STREAM = ThreadLocal.withInitial(MaskingKeys::new);

  private final Cipher cipher;
  private final byte[] zeros = new byte[BLOCK_BYTES];
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);

  private MaskingKeys() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(secret, 0, 16, "AES"),
          new IvParameterSpec(secret, 16, 16));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Java platform lacks AES, which it must have", e);
    }
  }

  /** Returns a source of unpredictable keys. Safe for use by many threads. */
  public static MaskingKeySource secure() {
    return MaskingKeys::nextSecure;
  }

  private static int nextSecure() {
    return STREAM.get().next();
  }

  private int next() {
    while (true) {
      if (!block.hasRemaining()) {
        refill();
      }
      int key = block.getInt();
      // A zero key would send the payload as it is.
      if (key != 0) {
        return key;
      }
    }
  }

  private void refill() {
    try {
      cipher.update(zeros, 0, BLOCK_BYTES, block.array(), 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("counter mode needs no room but its own", e);
    }
    block.clear();
  }
}
