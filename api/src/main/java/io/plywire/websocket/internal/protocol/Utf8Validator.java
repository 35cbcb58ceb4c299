// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Checks that a text is UTF-8 (RFC 3629), piece by piece, wherever the pieces are cut. It fails at
 * the first byte that no continuation could make good, as RFC 6455 §8.1 allows, and remembers
 * nothing of the text but what the next byte may be.
 */
public final class Utf8Validator {

  /** The upper bits of eight bytes: all clear if the bytes are ASCII. */
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  /** What any continuation byte may be; the first one after some lead bytes may be less. */
  private static final int CONTINUATION_MIN = 0x80;

  private static final int CONTINUATION_MAX = 0xBF;

  // Between two pieces: how many continuation bytes are due, and the range of the next one.
  private int due;
  private int min;
  private int max;
  private boolean failed;

  /** Makes a validator at the beginning of a text. */
  public Utf8Validator() {}

  /**
   * Checks the next bytes of the text.
   *
   * @param buffer any buffer; position and limit stay
   * @param from index of the first byte
   * @param to index after the last byte
   * @return false if the text cannot become UTF-8 any more, whatever follows; then it stays false
   */
  public boolean validate(ByteBuffer buffer, int from, int to) {
    Objects.checkFromToIndex(from, to, buffer.limit());
    if (failed) {
      return false;
    }
    if (buffer.hasArray()) {
      int shift = buffer.arrayOffset();
      failed = !check(buffer.array(), shift + from, shift + to);
      return !failed;
    }
    byte[] scratch = Scratch.array();
    for (int at = from; at < to && !failed; ) {
      int count = Math.min(to - at, Scratch.BYTES);
      buffer.get(at, scratch, 0, count);
      failed = !check(scratch, 0, count);
      at += count;
    }
    return !failed;
  }

  /** Tells whether the text so far is valid and does not end inside a code point. */
  public boolean complete() {
    return !failed && due == 0;
  }

  /** Begins a new text. */
  public void reset() {
    due = 0;
    failed = false;
  }

  /** Goes on from where another validator stands. */
  public void copyFrom(Utf8Validator other) {
    due = other.due;
    min = other.min;
    max = other.max;
    failed = other.failed;
  }

  private boolean check(byte[] bytes, int from, int to) {
    int at = from;
    while (true) {
      for (; due > 0; due--) {
        if (at == to) {
          return true;
        }
        int b = bytes[at++] & 0xFF;
        if (b < min || b > max) {
          return false;
        }
        min = CONTINUATION_MIN;
        max = CONTINUATION_MAX;
      }
      at = skipBlocks(bytes, skipAscii(bytes, at, to), to);
      at = skipSequences(bytes, at, to);
      if (at == to) {
        return true;
      }
      // The end of the piece, a fault, or ASCII again: one byte at a time.
      if (bytes[at] >= 0) {
        at++;
      } else if (!lead(bytes[at++] & 0xFF)) {
        return false;
      }
    }
  }

  /** Takes the first byte of a sequence; false if there is no such sequence. */
  private boolean lead(int b) {
    min = CONTINUATION_MIN;
    max = CONTINUATION_MAX;
    if (b < 0xC2) {
      return false; // a continuation byte, or the overlong form of an ASCII character
    }
    if (b < 0xE0) {
      due = 1;
      return true;
    }
    if (b < 0xF0) {
      due = 2;
      if (b == 0xE0) {
        min = 0xA0; // shorter form exists below U+0800
      } else if (b == 0xED) {
        max = 0x9F; // surrogates: U+D800 to U+DFFF
      }
      return true;
    }
    due = 3;
    if (b == 0xF0) {
      min = 0x90; // shorter form exists below U+10000
    } else if (b == 0xF4) {
      max = 0x8F; // nothing above U+10FFFF
    }
    return b <= 0xF4;
  }

  /**
   * Returns an index up to which all is valid, having passed what is worth it in blocks. In one
   * that is not valid the fault is yet to be found.
   */
  private static int skipBlocks(byte[] bytes, int from, int to) {
    int at = from;
    while (to - at >= Utf8Block.WORTHWHILE) {
      int end = lastBoundary(bytes, at, at + Utf8Block.next(to - at));
      if (!Utf8Block.get().isValid(bytes, at, end)) {
        break;
      }
      at = skipAscii(bytes, end, to);
    }
    return at;
  }

  /** Returns where the last sequence before an index begins if it goes beyond it, or the index. */
  private static int lastBoundary(byte[] bytes, int from, int to) {
    for (int at = to - 1; at >= Math.max(from, to - 3) && bytes[at] < 0; at--) {
      int b = bytes[at] & 0xFF;
      if (b >= 0xC0) {
        int length = b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        return at + length > to ? at : to;
      }
    }
    return to;
  }

  /**
   * Returns an index up to which all is ASCII, at most seven bytes before the first that is not.
   */
  private static int skipAscii(byte[] bytes, int from, int to) {
    int at = from;
    for (int last = to - 4 * Long.BYTES; at <= last; at += 4 * Long.BYTES) {
      long bits =
          eight(bytes, at) | eight(bytes, at + 8) | eight(bytes, at + 16) | eight(bytes, at + 24);
      if ((bits & NOT_ASCII) != 0) {
        break;
      }
    }
    for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
      if ((eight(bytes, at) & NOT_ASCII) != 0) {
        break;
      }
    }
    return at;
  }

  /**
   * Returns an index up to which all is valid, having passed the sequences that lie wholly within
   * the piece, and single ASCII characters among them. Where it stops, nothing is said about the
   * next byte.
   */
  private static int skipSequences(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - 4) {
      int b0 = bytes[at];
      int b1 = bytes[at + 1];
      if (b0 >= 0) {
        if (at <= to - Long.BYTES && (eight(bytes, at) & NOT_ASCII) == 0) {
          break; // a run for skipAscii
        }
        at++;
      } else if ((b0 & 0xE0) == 0xC0) {
        if ((b0 & 0x1E) == 0 || !isContinuation(b1)) {
          break;
        }
        at += 2;
      } else if ((b0 & 0xF0) == 0xE0) {
        int b2 = bytes[at + 2];
        int codePoint = ((b0 & 0x0F) << 12) | ((b1 & 0x3F) << 6) | (b2 & 0x3F);
        if (!isContinuation(b1)
            || !isContinuation(b2)
            || codePoint < 0x800
            || codePoint >>> 11 == Character.MIN_SURROGATE >>> 11) {
          break;
        }
        at += 3;
      } else {
        int codePoint = (b0 & 0x0F) << 18 | (b1 & 0x3F) << 12;
        if (!isContinuation(b1)
            || !isContinuation(bytes[at + 2])
            || !isContinuation(bytes[at + 3])
            || b0 < (byte) 0xF0
            || codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT
            || codePoint > Character.MAX_CODE_POINT) {
          break;
        }
        at += 4;
      }
    }
    return at;
  }

  private static boolean isContinuation(int b) {
    return (b & 0xC0) == 0x80;
  }

  private static long eight(byte[] bytes, int at) {
    return (long) Scratch.LONGS.get(bytes, at);
  }
}
