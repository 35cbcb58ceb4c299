// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import io.plywire.tests.support.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Compresses messages as a peer would, without the code under test; remembers what it sent. */
final class Deflated implements AutoCloseable {
  private final Deflater deflater;

  Deflated() {
    this(Deflater.DEFAULT_COMPRESSION);
  }

  Deflated(int level) {
    deflater = new Deflater(level, true);
  }

  /** Returns the payload of a message: flushed, and without its last four bytes. */
  byte[] payload(byte[] message) {
    if (message.length == 0) {
      return new byte[1];
    }
    byte[] flushed = flushed(message);
    return Arrays.copyOf(flushed, flushed.length - 4);
  }

  /** Returns a part of a message, flushed. */
  byte[] flushed(byte[] part) {
    deflater.setInput(part);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] chunk = new byte[1024];
    int n;
    do {
      n = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
      out.write(chunk, 0, n);
    } while (n == chunk.length);
    return out.toByteArray();
  }

  Frame text(String message) {
    return frame(1, message.getBytes(StandardCharsets.UTF_8));
  }

  Frame binary(byte[] message) {
    return frame(2, message);
  }

  private Frame frame(int opcode, byte[] message) {
    return new Frame(true, 4, opcode, false, payload(message));
  }

  @Override
  public void close() {
    deflater.end();
  }
}
