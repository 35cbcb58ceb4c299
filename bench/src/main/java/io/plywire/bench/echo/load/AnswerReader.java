// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Counts the messages a server sends on one connection and checks them: the length of all, the
 * content of the first. Knows just enough of RFC 6455 section 5 for that.
 */
final class AnswerReader {
  private static final int OPCODE = 0x0F;
  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int CONTINUATION = 0;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_HEADER_BYTES = 10;

  private final Traffic traffic;
  private final boolean unmasked;
  private final long compared;

  private final ByteBuffer header = ByteBuffer.allocate(MAX_HEADER_BYTES); // of a cut one
  private boolean inFrame;
  private boolean inMessage;
  private boolean fin;
  private boolean control;
  private long frameLeft;
  private int received; // bytes of the message
  private long messages;

  /**
   * Makes a reader at the beginning of a connection.
   *
   * @param traffic what was sent
   * @param unmasked whether the server unmasks
   * @param compared how many messages are compared byte by byte
   */
  AnswerReader(Traffic traffic, boolean unmasked, long compared) {
    this.traffic = traffic;
    this.unmasked = unmasked;
    this.compared = compared;
  }

  /** Returns how many messages have ended. */
  long messages() {
    return messages;
  }

  /**
   * Takes what came.
   *
   * @param in read to its limit
   * @return how many messages ended in it
   * @throws IOException if the server sent anything but an echo
   */
  int read(ByteBuffer in) throws IOException {
    long before = messages;
    while (in.hasRemaining()) {
      if (!inFrame && !readHeader(in)) {
        break;
      }
      int part = (int) Math.min(frameLeft, in.remaining());
      if (!control) {
        if (messages < compared) {
          compare(in, part);
        }
        received += part;
      }
      in.position(in.position() + part);
      frameLeft -= part;
      if (frameLeft == 0) {
        endFrame();
      }
    }
    return (int) (messages - before);
  }

  private boolean readHeader(ByteBuffer in) throws IOException {
    if (header.position() == 0 && in.remaining() >= MAX_HEADER_BYTES) {
      parse(in);
      return true;
    }
    while (in.hasRemaining()) {
      header.put(in.get());
      if (header.position() >= 2 && header.position() == headerBytes(header.get(1))) {
        parse(header.flip());
        header.clear();
        return true;
      }
    }
    return false;
  }

  private static int headerBytes(int second) {
    int length = second & 0x7F;
    return 2 + (length < 126 ? 0 : length == 126 ? 2 : 8);
  }

  /** Begins a frame; {@link #read} ends it, also one without payload. */
  private void parse(ByteBuffer from) throws IOException {
    int first = from.get();
    int second = from.get();
    int opcode = first & OPCODE;
    int length = second & 0x7F;
    if (second < 0 || (first & RESERVED) != 0) {
      throw new IOException(
          "the server sent a frame that is masked or has reserved bits: "
              + Integer.toHexString(((first & 0xFF) << 8) | (second & 0xFF)));
    }
    frameLeft = length < 126 ? length : length == 126 ? from.getShort() & 0xFFFF : from.getLong();
    control = opcode == PING || opcode == PONG;
    fin = (first & FIN) != 0;
    if (!control) {
      if (opcode != (inMessage ? CONTINUATION : traffic.opcode())) {
        throw new IOException("the server sent a frame with opcode " + opcode);
      }
      if (frameLeft < 0 || frameLeft > traffic.size() - received) {
        throw new IOException(
            "the server sent a message of more than the " + traffic.size() + " bytes it got");
      }
      inMessage = true;
    }
    inFrame = true;
  }

  private void endFrame() throws IOException {
    inFrame = false;
    if (control || !fin) {
      return;
    }
    if (received != traffic.size()) {
      throw new IOException(
          "the server sent " + received + " bytes of a message of " + traffic.size());
    }
    received = 0;
    inMessage = false;
    messages++;
  }

  private void compare(ByteBuffer in, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      byte expected = traffic.payload(messages, received + i, unmasked);
      if (in.get(in.position() + i) != expected) {
        throw new IOException(
            "byte " + (received + i) + " of message " + messages + " is not what was sent");
      }
    }
  }
}
