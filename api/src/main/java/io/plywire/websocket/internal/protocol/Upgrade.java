// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.WebSocketError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two fields that every handshake message has, request and response alike. */
final class Upgrade {

  private Upgrade() {}

  /** Checks {@code Connection} and {@code Upgrade}; null if both are right. */
  static @Nullable Violation validate(HttpFields fields) {
    if (!fields.contains("Connection")) {
      return new Violation(WebSocketError.NO_CONNECTION, "no Connection field");
    }
    if (!fields.containsToken("Connection", "upgrade")) {
      return new Violation(
          WebSocketError.NO_CONNECTION_UPGRADE,
          String.format(
              Locale.ROOT, "Connection is %s, without upgrade", fields.all("Connection")));
    }
    if (!fields.contains("Upgrade")) {
      return new Violation(WebSocketError.NO_UPGRADE, "no Upgrade field");
    }
    if (!fields.containsToken("Upgrade", "websocket")) {
      return new Violation(
          WebSocketError.NO_UPGRADE_WEBSOCKET,
          String.format(Locale.ROOT, "Upgrade is %s, without websocket", fields.all("Upgrade")));
    }
    return null;
  }
}
