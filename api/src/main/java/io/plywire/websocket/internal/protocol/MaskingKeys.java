// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** The masking keys of real connections. */
public final class MaskingKeys {

  private static final int BLOCK_BYTES = 4096;

  private static final SecureRandom RANDOM = new SecureRandom();

  // One block per thread: SecureRandom is synchronized and slow for four bytes at a time.
  private static final ThreadLocal<ByteBuffer> BLOCK =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(BLOCK_BYTES).limit(0));

  private MaskingKeys() {}

  /**
   * Returns a source of unpredictable keys, as RFC 6455 §10.3 demands against scripts that choose
   * payloads. Safe for use by many threads.
   */
  public static MaskingKeySource secure() {
    return MaskingKeys::nextSecure;
  }

  private static int nextSecure() {
    ByteBuffer block = BLOCK.get();
    while (true) {
      if (!block.hasRemaining()) {
        RANDOM.nextBytes(block.array());
        block.clear();
      }
      int key = block.getInt();
      // A zero key would send the payload as it is.
      if (key != 0) {
        return key;
      }
    }
  }
}
