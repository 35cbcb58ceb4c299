// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import java.nio.ByteBuffer;

/** Tells what a peer that does not speak TLS began with; for messages. */
final class FirstBytes {
  private static final int SHOWN = 8;

  private FirstBytes() {}

  static String of(InBuffer in) {
    ByteBuffer bytes = in.bytes();
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    boolean readable = true;
    int n = Math.min(SHOWN, in.size());
    for (int i = 0; i < n; i++) {
      int b = bytes.get(in.head() + i) & 0xff;
      hex.append(i == 0 ? "" : " ").append(Character.forDigit(b >> 4, 16));
      hex.append(Character.forDigit(b & 15, 16));
      text.append((char) b);
      readable &= b >= ' ' && b <= '~';
    }
    return "they are "
        + hex
        + (readable ? " ('" + text + "'), so the peer may speak plain text" : "");
  }
}
