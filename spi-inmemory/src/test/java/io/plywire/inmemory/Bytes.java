// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** Text as buffers and back. */
final class Bytes {
  private Bytes() {}

  static ByteBuffer[] of(String... parts) {
    ByteBuffer[] buffers = new ByteBuffer[parts.length];
    for (int i = 0; i < parts.length; i++) {
      buffers[i] = ByteBuffer.wrap(parts[i].getBytes(US_ASCII));
    }
    return buffers;
  }

  /** Returns what stands before the position. */
  static String before(ByteBuffer buffer) {
    return US_ASCII.decode(buffer.duplicate().flip()).toString();
  }

  /** Returns what stands between position and limit. */
  static String in(ByteBuffer buffer) {
    return US_ASCII.decode(buffer.duplicate()).toString();
  }
}
