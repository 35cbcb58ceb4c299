// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.util.Locale;
import java.util.Set;

/** The fields of a response that say where it ends or make the handshake: no application's. */
public final class ReservedFields {
  private static final Set<String> RESERVED =
      Set.of("connection", "upgrade", "content-length", "transfer-encoding", "keep-alive");

  private ReservedFields() {}

  /**
   * Refuses a field that the application must not set.
   *
   * @throws IllegalArgumentException if it is one
   */
  public static void requireFree(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower) || lower.startsWith("sec-websocket-")) {
      throw new IllegalArgumentException(
          "the field " + name + " is set by the handshake, and by nobody else");
    }
  }
}
