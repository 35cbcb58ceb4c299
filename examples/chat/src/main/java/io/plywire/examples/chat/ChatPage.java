// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import io.plywire.websocket.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The page that browsers get: one file, which needs nothing else. */
final class ChatPage {
  private static final String MAY =
      "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline';"
          + " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private ChatPage() {}

  /** Reads it. */
  static Reply load() {
    try (InputStream page = ChatPage.class.getResourceAsStream("page.html")) {
      return Reply.of(200)
          .withBody("text/html; charset=utf-8", Objects.requireNonNull(page).readAllBytes())
          .with("Content-Security-Policy", MAY)
          .with("Cache-Control", "no-cache");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
