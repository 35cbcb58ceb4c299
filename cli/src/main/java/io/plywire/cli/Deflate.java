// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.jzlib.JzlibEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the commands compress: as the peer likes it, with every window. */
final class Deflate {
  static final DeflateOptions OPTIONS = DeflateOptions.defaults().withEngine(new JzlibEngine());

  private Deflate() {}

  /** Says what was agreed on. */
  static String describe(@Nullable DeflateParameters agreed) {
    if (agreed == null) {
      return "no compression: the server did not agree to permessage-deflate";
    }
    return String.format(
        Locale.ROOT,
        "compression agreed on: windows of %s (server) and %s (client)",
        window(agreed.serverWindowBits(), agreed.serverContextTakeover()),
        window(agreed.clientWindowBits(), agreed.clientContextTakeover()));
  }

  private static String window(int bits, boolean takeover) {
    return (1 << bits) + " bytes" + (takeover ? "" : ", new for each message");
  }
}
