// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** What is written and read. */
final class Payloads {
  /** The length of a JSON text, in bytes. */
  static final int JSON_BYTES = 1024;

  private static final String[] NAMES = {"Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances"};
  private static final String[] STATES = {"open", "closed", "waiting", "in transit"};

  private Payloads() {}

  /** Returns arbitrary bytes. */
  static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Returns a buffer of the given bytes, in "heap" or "direct" memory. */
  static ByteBuffer in(String memory, byte[] bytes) {
    return memory.equals("direct")
        ? ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()
        : ByteBuffer.wrap(bytes);
  }

  /** Returns a JSON text, alike in form and different in content for each random. */
  static byte[] json(Random random) {
    return json(random, JSON_BYTES);
  }

  /** Returns the beginning of a JSON text, alike in form and different in content. */
  static byte[] json(Random random, int bytes) {
    StringBuilder text = new StringBuilder("[");
    while (text.length() < bytes) {
      text.append(
          String.format(
              Locale.ROOT,
              "{\"id\":%d,\"customer\":\"%s\",\"state\":\"%s\",\"amount\":%.2f,"
                  + "\"created\":\"2026-11-%dT12:%d:00Z\"},",
              random.nextInt(1_000_000),
              NAMES[random.nextInt(NAMES.length)],
              STATES[random.nextInt(STATES.length)],
              random.nextInt(100_000) / 100.0,
              10 + random.nextInt(20),
              10 + random.nextInt(50)));
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), bytes);
  }
}
