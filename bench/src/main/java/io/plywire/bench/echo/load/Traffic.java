// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * The frames a client sends, made beforehand: a ring of masked messages, of which any run of as
 * many as may be in flight lies in memory in one piece, so that it takes one write.
 *
 * <p>Small messages differ, so that answers in the wrong order are found; of large ones there is
 * one, so that the client's own memory traffic stays small.
 */
final class Traffic {
  /** Rings of more bytes hold one message only. */
  private static final int MAX_RING_BYTES = 64 << 10;

  private static final int FIN = 0x80;

  /** Hiragana: three bytes each in UTF-8. */
  private static final int LETTERS = 0x3042;

  private static final int LETTER_COUNT = 80;
  private static final int LETTER_BYTES = 3;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int MASKED = 0x80;

  private final int size;
  private final boolean text;
  private final int distinct;
  private final int headerBytes;
  private final ByteBuffer frames;

  Traffic(Cell cell, Random random) {
    size = cell.size();
    text = cell.text();
    headerBytes = 2 + (size < 126 ? 0 : size < 1 << 16 ? 2 : 8) + Integer.BYTES;
    distinct = (long) cell.inFlight() * frameBytes() <= MAX_RING_BYTES ? cell.inFlight() : 1;
    int copies = distinct == 1 ? 1 : 2;
    frames = ByteBuffer.allocateDirect(copies * ringBytes());
    for (int i = 0; i < distinct; i++) {
      putFrame(random);
    }
    if (copies == 2) {
      frames.put(frames.duplicate().flip());
    }
  }

  private void putFrame(Random random) {
    frames.put((byte) (FIN | opcode()));
    if (size < 126) {
      frames.put((byte) (MASKED | size));
    } else if (size < 1 << 16) {
      frames.put((byte) (MASKED | 126)).putShort((short) size);
    } else {
      frames.put((byte) (MASKED | 127)).putLong(size);
    }
    int key = random.nextInt() | 1; // zeros would hide that nobody unmasks
    frames.putInt(key);
    byte[] payload = new byte[size];
    if (text) {
      write(payload, random);
      mask(payload, key);
    } else {
      random.nextBytes(payload);
    }
    frames.put(payload);
  }

  private static void write(byte[] payload, Random random) {
    int at = 0;
    for (; at + LETTER_BYTES <= payload.length; at += LETTER_BYTES) {
      int letter = LETTERS + random.nextInt(LETTER_COUNT);
      payload[at] = (byte) (0xE0 | (letter >> 12));
      payload[at + 1] = (byte) (0x80 | ((letter >> 6) & 0x3F));
      payload[at + 2] = (byte) (0x80 | (letter & 0x3F));
    }
    Arrays.fill(payload, at, payload.length, (byte) '.');
  }

  private static void mask(byte[] payload, int key) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= (byte) (key >>> (8 * (3 - (i & 3))));
    }
  }

  /** Returns the opcode of all messages. */
  int opcode() {
    return text ? TEXT : BINARY;
  }

  /** Returns the bytes of a frame. */
  int frameBytes() {
    return headerBytes + size;
  }

  /** Returns the bytes after which the frames repeat. */
  int ringBytes() {
    return distinct * frameBytes();
  }

  /** Returns a view of all frames, the ring once or twice. */
  ByteBuffer frames() {
    return frames.duplicate().clear();
  }

  /** Returns the bytes of payload of a message. */
  int size() {
    return size;
  }

  /**
   * Returns a byte of the payload of a message.
   *
   * @param message counted from the first that a connection sent
   * @param index within the payload
   * @param unmasked whether as the application means it, or as it is on the wire
   */
  byte payload(long message, int index, boolean unmasked) {
    int start = (int) (message % distinct) * frameBytes() + headerBytes;
    int onWire = frames.get(start + index);
    return (byte) (unmasked ? onWire ^ frames.get(start - Integer.BYTES + (index & 3)) : onWire);
  }
}
