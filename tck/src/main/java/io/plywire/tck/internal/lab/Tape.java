// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection as it should be: every byte tells its place, so that what arrives
 * shows at once whether something is missing, doubled or out of order.
 */
public final class Tape {
  private static final int SEARCH = 1 << 17;
  private static final long TURN = 0x632BE59BD9B4E019L;

  private volatile long written;
  private volatile long read;
  private volatile boolean ending;
  private volatile long[] turns = {};

  /** Returns the byte of a place; neighbours and places a power of two apart differ. */
  private byte at(long place) {
    long mixed = place * 0x9E3779B97F4A7C15L;
    for (long turn : turns) {
      if (place >= turn) {
        mixed += TURN;
      }
    }
    return (byte) (mixed >>> 40 ^ mixed >>> 56);
  }

  /** What comes next is not what was offered and not accepted. */
  void turn() {
    long[] more = Arrays.copyOf(turns, turns.length + 1);
    more[turns.length] = written;
    turns = more;
  }

  /** Fills the buffer from position to limit with what comes next, and leaves its position. */
  public ByteBuffer next(ByteBuffer buffer) {
    return fill(buffer, written);
  }

  ByteBuffer fill(ByteBuffer buffer, long from) {
    for (int i = buffer.position(); i < buffer.limit(); i++) {
      buffer.put(i, at(from + i - buffer.position()));
    }
    return buffer;
  }

  void accepted(long bytes) {
    long before = written; // one write at a time
    written = before + bytes;
  }

  /** The writer is about to end this direction. */
  void ends() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }

  public long written() {
    return written;
  }

  public long read() {
    return read;
  }

  /** Takes what arrived; returns what is wrong with it, or null. */
  @Nullable String arrived(ByteBuffer bytes) {
    long from = read;
    int n = bytes.remaining();
    read = from + n;
    for (int i = 0; i < n; i++) {
      if (bytes.get(bytes.position() + i) != at(from + i)) {
        ByteBuffer rest = bytes.duplicate();
        rest.position(bytes.position() + i);
        return "byte " + (from + i) + " of this direction " + origin(rest, from + i);
      }
    }
    return null;
  }

  private String origin(ByteBuffer rest, long expected) {
    int length = Math.min(rest.remaining(), 8);
    for (int shift = 1; length >= 3 && shift < SEARCH; shift++) {
      if (isFrom(rest, length, expected + shift)) {
        return "is the one of place " + (expected + shift) + ": " + shift + " bytes were lost";
      }
      if (shift <= expected && isFrom(rest, length, expected - shift)) {
        return "is the one of place " + (expected - shift) + ": " + shift + " bytes came twice";
      }
    }
    return "should be " + hex(at(expected)) + " and is " + hex(rest.get(rest.position()));
  }

  private boolean isFrom(ByteBuffer rest, int length, long place) {
    for (int i = 0; i < length; i++) {
      if (rest.get(rest.position() + i) != at(place + i)) {
        return false;
      }
    }
    return true;
  }

  private static String hex(byte b) {
    return String.format(Locale.ROOT, "0x%02x", b);
  }
}
