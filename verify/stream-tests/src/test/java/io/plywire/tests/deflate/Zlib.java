// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import com.jcraft.jzlib.GZIPException;
import com.jcraft.jzlib.JZlib;
import io.plywire.tests.support.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A receiver that knows nothing of plywire: zlib's own inflater, and for smaller windows one that
 * has exactly such a window, fed as RFC 7692 section 7.2.2 says.
 */
final class Zlib implements AutoCloseable {
  private static final byte[] TAIL = {0, 0, -1, -1};

  private final Inflater inflater = new Inflater(true);
  private final int windowBits;
  private final boolean takeover;
  private com.jcraft.jzlib.Inflater exact;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final byte[] out;
  private boolean compressed;

  Zlib(int windowBits, boolean takeover) {
    this(windowBits, takeover, new byte[1 << 17]);
  }

  /** Makes one that has room for the longest message. */
  Zlib(int windowBits, boolean takeover, byte[] room) {
    this.out = room;
    this.windowBits = windowBits;
    this.takeover = takeover;
    reset();
  }

  private void reset() {
    inflater.reset();
    if (windowBits < 15) {
      try {
        exact = new com.jcraft.jzlib.Inflater(windowBits, JZlib.W_NONE);
      } catch (GZIPException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Returns the messages of some frames, which are whole. */
  List<byte[]> messages(List<Frame> frames) {
    List<byte[]> messages = new ArrayList<>();
    for (Frame frame : frames) {
      if (frame.opcode() != 0) {
        compressed = frame.rsv() == 4;
      }
      message.writeBytes(frame.payload());
      if (frame.fin()) {
        messages.add(compressed ? inflated() : message.toByteArray());
        message.reset();
      }
    }
    return messages;
  }

  private byte[] inflated() {
    message.writeBytes(TAIL);
    byte[] in = message.toByteArray();
    inflater.setInput(in);
    int n;
    try {
      n = inflater.inflate(out);
    } catch (DataFormatException e) {
      throw new AssertionError("zlib refuses it", e);
    }
    if (inflater.getRemaining() > 0 || inflater.finished()) {
      throw new AssertionError("zlib is at its end too early");
    }
    byte[] result = java.util.Arrays.copyOf(out, n);
    if (exact != null) {
      exact.setInput(in);
      exact.setOutput(out);
      int status = exact.inflate(JZlib.Z_SYNC_FLUSH);
      byte[] again = java.util.Arrays.copyOf(out, exact.getNextOutIndex());
      if (status != JZlib.Z_OK
          || exact.getAvailIn() > 0
          || !java.util.Arrays.equals(result, again)) {
        throw new AssertionError("it does not fit a window of " + windowBits + " bits: " + status);
      }
    }
    if (!takeover) {
      reset();
    }
    return result;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
