// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses what one side sends, as RFC 7692 section 7.2.2 has it, for a {@link WireValidator}:
 * whole messages, with a decompressor that is new for each of them if that was agreed on.
 */
final class DeflatedWire {
  private final boolean takeover;
  private final List<byte[]> messages = new ArrayList<>();
  private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
  private boolean inCompressed;
  private Inflater inflater = new Inflater(true);

  private DeflatedWire(boolean takeover) {
    this.takeover = takeover;
  }

  /** Reads what a server agreed to; returns null if that is no compression. */
  static DeflatedWire of(String response, boolean client) {
    int end = response.indexOf("\r\n\r\n");
    if (end < 0) {
      return null;
    }
    for (String line : response.substring(0, end).split("\r\n")) {
      if (line.toLowerCase().startsWith("sec-websocket-extensions: permessage-deflate")) {
        String flag = (client ? "client" : "server") + "_no_context_takeover";
        return new DeflatedWire(!line.contains(flag));
      }
    }
    return null;
  }

  List<byte[]> messages() {
    return messages;
  }

  /** Takes a data frame; returns what is wrong with it, or null. */
  String frame(Frame frame) {
    if (frame.opcode() != 0) {
      inCompressed = frame.rsv() == 4;
      compressed.reset();
    }
    if (!inCompressed) {
      return null;
    }
    compressed.writeBytes(frame.payload());
    return frame.fin() ? message() : null;
  }

  private String message() {
    if (!takeover) {
      inflater.end();
      inflater = new Inflater(true);
    }
    if (compressed.size() == 0) {
      return "a compressed message without a byte";
    }
    compressed.writeBytes(new byte[] {0, 0, -1, -1});
    inflater.setInput(compressed.toByteArray());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try {
      int n;
      while ((n = inflater.inflate(chunk)) > 0) {
        out.write(chunk, 0, n);
      }
    } catch (DataFormatException e) {
      return "a compressed message that is corrupt: " + e.getMessage();
    }
    if (inflater.finished() || inflater.getRemaining() > 0) {
      return "a compressed message that ends too early";
    }
    messages.add(out.toByteArray());
    return null;
  }
}
