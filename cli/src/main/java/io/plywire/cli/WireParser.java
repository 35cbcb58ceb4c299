// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Follows one direction of a WebSocket connection: the heads of the opening handshake, then frames.
 * It checks no rule of the protocol, needs no payload and keeps none.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455 section 5.2</a>
 */
final class WireParser {
  /** Hears what passes. */
  interface Sink {
    /** A whole head of an HTTP message, with all its line ends. */
    void head(String text);

    /** A frame whose last byte has passed. */
    void frame(WireFrame frame);
  }

  private enum State {
    HEAD,
    HEADER,
    PAYLOAD,
    /** Not for us: the body of a refusal, or a head too long to be one. */
    OPAQUE
  }

  private static final int MAX_HEAD_BYTES = 256 << 10;
  private static final int END_OF_HEAD = 0x0D0A0D0A;

  private final Sink sink;
  private State state = State.HEAD;
  private long bytes;
  private long frames;

  private byte[] head = new byte[512];
  private int headLength;
  private int lastFour;

  private final byte[] header = new byte[14];
  private int headerLength;
  private long payloadLength;
  private long payloadLeft;
  private int closeCode;

  WireParser(Sink sink) {
    this.sink = sink;
  }

  /** Returns how many bytes have passed, the handshake included. */
  long bytes() {
    return bytes;
  }

  /** Returns how many whole frames have passed. */
  long frames() {
    return frames;
  }

  /** Follows the bytes of a buffer from one index to another; its position does not matter. */
  void follow(ByteBuffer buffer, int from, int to) {
    bytes += to - from;
    int at = from;
    while (at < to) {
      switch (state) {
        case HEAD -> head(buffer.get(at++));
        case HEADER -> header(buffer.get(at++));
        case PAYLOAD -> at = payload(buffer, at, to);
        case OPAQUE -> at = to;
      }
    }
  }

  private void head(byte b) {
    if (headLength == head.length) {
      if (headLength == MAX_HEAD_BYTES) {
        state = State.OPAQUE;
        return;
      }
      head = Arrays.copyOf(head, 2 * headLength);
    }
    head[headLength++] = b;
    lastFour = lastFour << 8 | (b & 0xFF);
    if (lastFour == END_OF_HEAD) {
      String text = new String(head, 0, headLength, StandardCharsets.ISO_8859_1);
      state = after(text);
      headLength = 0;
      lastFour = 0;
      sink.head(text);
    }
  }

  private static State after(String head) {
    if (!head.toUpperCase(Locale.ROOT).startsWith("HTTP/")) {
      return State.HEADER; // a request
    }
    String[] statusLine = head.split("[ \r]", 3);
    String status = statusLine.length > 1 ? statusLine[1] : "";
    if (status.equals("101")) {
      return State.HEADER;
    }
    return status.startsWith("1") ? State.HEAD : State.OPAQUE; // interim answers: another follows
  }

  private void header(byte b) {
    header[headerLength++] = b;
    if (headerLength < 2 || headerLength < wholeHeader()) {
      return;
    }
    int short7 = header[1] & 0x7F;
    int extended = short7 == 126 ? 2 : short7 == 127 ? 8 : 0;
    payloadLength = extended == 0 ? short7 : 0;
    for (int i = 0; i < extended; i++) {
      payloadLength = payloadLength << 8 | (header[2 + i] & 0xFF);
    }
    payloadLeft = payloadLength;
    closeCode = 0;
    state = State.PAYLOAD;
    if (payloadLeft == 0) {
      endFrame();
    }
  }

  private int wholeHeader() {
    int short7 = header[1] & 0x7F;
    return 2 + (short7 == 126 ? 2 : short7 == 127 ? 8 : 0) + (masked() ? 4 : 0);
  }

  private boolean masked() {
    return (header[1] & 0x80) != 0;
  }

  private int opcode() {
    return header[0] & 0x0F;
  }

  private int payload(ByteBuffer buffer, int from, int to) {
    int n = (int) Math.min(to - from, payloadLeft);
    if (opcode() == WireFrame.CLOSE) {
      long done = payloadLength - payloadLeft;
      for (int i = 0; i < n && done + i < 2; i++) {
        int mask = masked() ? header[headerLength - 4 + (int) (done + i)] : 0;
        closeCode = closeCode << 8 | ((buffer.get(from + i) ^ mask) & 0xFF);
      }
    }
    payloadLeft -= n;
    if (payloadLeft == 0) {
      endFrame();
    }
    return from + n;
  }

  private void endFrame() {
    WireFrame frame =
        new WireFrame(
            opcode(),
            (header[0] & 0x80) != 0,
            (header[0] & 0x70) >> 4,
            masked(),
            payloadLength,
            payloadLength >= 2 ? closeCode : 0);
    state = State.HEADER;
    headerLength = 0;
    frames++;
    sink.frame(frame);
  }
}
