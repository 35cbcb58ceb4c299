// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What is written and read. */
final class Texts {
  /** The length of a JSON text, in bytes. */
  static final int JSON_BYTES = 1024;

  /** How many different ones there are: together longer than the window of a compressor. */
  static final int COUNT = 64;

  private static final String[] NAMES = {"Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances"};
  private static final String[] STATES = {"open", "closed", "waiting", "in transit"};

  private Texts() {}

  /** Returns JSON texts of {@link #JSON_BYTES} each, alike in form and different in content. */
  static byte[][] json() {
    Random random = new Random(7692);
    byte[][] texts = new byte[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      StringBuilder text = new StringBuilder("[");
      while (text.length() < JSON_BYTES) {
        text.append("{\"id\":")
            .append(random.nextInt(1_000_000))
            .append(",\"customer\":\"")
            .append(NAMES[random.nextInt(NAMES.length)])
            .append("\",\"state\":\"")
            .append(STATES[random.nextInt(STATES.length)])
            .append("\",\"amount\":")
            .append(random.nextInt(100_000) / 100.0)
            .append(",\"created\":\"2026-11-")
            .append(10 + random.nextInt(20))
            .append("T12:")
            .append(10 + random.nextInt(50))
            .append(":00Z\"},");
      }
      texts[i] = Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), JSON_BYTES);
    }
    return texts;
  }

  /** Returns arbitrary bytes. */
  static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Returns a direct buffer, flipped, of the given bytes. */
  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
