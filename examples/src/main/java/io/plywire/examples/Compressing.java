// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;

/** Compresses messages if the peer does so too, for {@code docs/compression.md}. */
final class Compressing {
  private Compressing() {}

  static WebSocketClient compressingClient() {
    return WebSocketClient.builder()
        .options(WebSocketOptions.defaults().withDeflate(DeflateOptions.defaults()))
        .build();
  }
}
