// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.internal.protocol.MessageInflater;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Compressed messages, beside the JDK's {@link Inflater}. The first byte is: 1 the window lasts
 * from one message to the next, 2 or 4 the longest message. Then come messages, each after a byte
 * with its length, the last one to the end of the input.
 */
public final class InflateFuzz {
  private static final int[] LIMITS = {8 * 1024, 1, 100, 1000};

  private InflateFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    boolean takeover = (input[0] & 1) != 0;
    int max = LIMITS[input[0] >> 1 & 3];
    String whole = inflate(input, takeover, max, Cuts.WHOLE, new ByteArrayOutputStream());
    for (Cuts cuts : Cuts.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Check.equal(inflate(input, takeover, max, cuts, out), whole, "cut to ", cuts);
    }
  }

  private static String inflate(
      byte[] input, boolean takeover, int max, Cuts cuts, ByteArrayOutputStream all) {
    MessageInflater inflater = new MessageInflater(DeflateEngine.jdk(), 15, takeover);
    Reference reference = new Reference(takeover);
    StringBuilder words = new StringBuilder();
    try {
      for (int at = 1; at < input.length; ) {
        int length = Math.min(input[at++] & 0xFF, input.length - at);
        byte[] message = Arrays.copyOfRange(input, at, at + length);
        at += length;
        int before = all.size();
        int outcome = message(inflater, message, max, cuts, all);
        int size = all.size() - before;
        if (outcome != MessageInflater.CORRUPT) {
          Check.equal(inflater.inflated(), (long) size, "bytes counted");
        }
        Check.that(size <= max, size, " bytes, the limit is ", max);
        if (outcome != MessageInflater.DONE) {
          // Too long or corrupt: what comes first may depend on how much is there.
          return words.append("refused").toString();
        }
        words.append(size).append(' ');
        byte[] payload = Arrays.copyOfRange(all.toByteArray(), before, all.size());
        Check.equal(payload, reference.inflate(message), "the message");
        words.append(Arrays.hashCode(payload)).append(' ');
      }
      return words.toString();
    } finally {
      inflater.release();
      reference.end();
    }
  }

  private static int message(
      MessageInflater inflater, byte[] message, int max, Cuts cuts, ByteArrayOutputStream out) {
    inflater.beginMessage();
    ByteBuffer source = ByteBuffer.wrap(message);
    int[] ends = cuts.ends(message, message.length);
    ByteBuffer room =
        ByteBuffer.allocate(cuts == Cuts.WHOLE ? 1 << 14 : cuts == Cuts.BYTES ? 1 : 7);
    for (int i = 0; ; ) {
      source.limit(ends[i]);
      boolean last = i == ends.length - 1;
      int outcome = inflater.inflate(source, last, room.clear(), max);
      out.write(room.array(), 0, room.position());
      switch (outcome) {
        case MessageInflater.NEED_INPUT -> {
          Check.that(!last && !source.hasRemaining(), "input is needed");
          i++;
        }
        case MessageInflater.NEED_ROOM -> Check.that(!room.hasRemaining(), "room is needed");
        default -> {
          return outcome;
        }
      }
    }
  }

  /** The same by plain use of the JDK's class: all of the message, and its tail. */
  private static final class Reference {
    private final boolean takeover;
    private Inflater inflater = new Inflater(true);

    Reference(boolean takeover) {
      this.takeover = takeover;
    }

    byte[] inflate(byte[] message) {
      if (!takeover) {
        inflater.end();
        inflater = new Inflater(true);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        if (!feed(message, out)) {
          feed(new byte[] {0, 0, -1, -1}, out);
        }
      } catch (DataFormatException e) {
        throw new AssertionError("accepted what is corrupt", e);
      }
      return out.toByteArray();
    }

    /** Returns whether the bytes end with a block marked as the last one (RFC 7692 §7.2.3.4). */
    private boolean feed(byte[] bytes, ByteArrayOutputStream out) throws DataFormatException {
      byte[] chunk = new byte[8192];
      inflater.setInput(bytes);
      while (true) {
        int n = inflater.inflate(chunk);
        out.write(chunk, 0, n);
        if (inflater.finished()) {
          int left = inflater.getRemaining();
          inflater.reset();
          if (left == 0) {
            return true;
          }
          inflater.setInput(bytes, bytes.length - left, left);
        } else if (n == 0) {
          return false;
        }
      }
    }

    void end() {
      inflater.end();
    }
  }
}
