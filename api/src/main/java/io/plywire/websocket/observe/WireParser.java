// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows one direction of a WebSocket connection: the heads of the opening handshake, and of what
 * was asked before it, then frames. It checks no rule of the protocol and needs no payload.
 *
 * <p>Whatever comes, each byte is looked at once, and what is kept has a bound.
 */
final class WireParser {
  private enum State {
    HEAD,
    /** Of an answer that another one may follow. */
    BODY,
    HEADER,
    PAYLOAD,
    /** Not for us: the body of a refusal, what follows a head too long to be one, or the end. */
    OPAQUE
  }

  private static final int MAX_HEAD_BYTES = 256 << 10;
  private static final int END_OF_HEAD = 0x0D0A0D0A;
  private static final byte[] NONE = {};
  private static final ByteBuffer NOTHING = ByteBuffer.wrap(NONE).asReadOnlyBuffer();

  private final boolean sent;
  private final int excerptBytes;
  private final WireTap.Observer observer;
  private @Nullable WireParser other;
  private State state = State.HEAD;
  private long bytes;
  private long frames;

  private byte[] head = new byte[512];
  private int headLength;
  private int lastFour;

  /** Whether the requests that this direction has not answered yet get an answer with a body. */
  private final ArrayDeque<Boolean> unanswered = new ArrayDeque<>(2);

  private final byte[] header = new byte[14];
  private int headerLength;
  private long payloadLength;
  private long payloadLeft; // or what is left of a body
  private int closeCode;
  private byte[] beginning = NONE;
  private boolean textMessage; // the one in progress
  private boolean compressedMessage;

  WireParser(boolean sent, int excerptBytes, WireTap.Observer observer) {
    this.sent = sent;
    this.excerptBytes = excerptBytes;
    this.observer = observer;
  }

  /** Sets who follows the other direction. */
  void answeredBy(WireParser parser) {
    other = parser;
  }

  /** Returns how many bytes have passed, heads included. */
  long bytes() {
    return bytes;
  }

  /** Returns how many whole frames have passed. */
  long frames() {
    return frames;
  }

  /** The heads are over, or somebody else has exchanged them. */
  void expectFrames() {
    state = State.HEADER;
    head = NONE;
  }

  /** Nothing more will come. */
  void end() {
    State ended = state;
    state = State.OPAQUE;
    if (ended == State.HEAD && headLength > 0) {
      observer.incompleteHead(sent, headText());
    } else if (ended == State.HEADER && headerLength > 0) {
      ByteBuffer begun = ByteBuffer.wrap(header, 0, headerLength);
      observer.incompleteFrame(sent, "header " + Excerpt.hex(begun, true));
    } else if (ended == State.PAYLOAD) {
      long passed = passed();
      beginning = Arrays.copyOf(beginning, (int) Math.min(beginning.length, passed));
      observer.incompleteFrame(sent, frame() + " after " + passed + " bytes");
    }
    head = NONE;
    beginning = NONE;
  }

  /** Follows the bytes of a buffer from one index to another; its position does not matter. */
  void follow(ByteBuffer buffer, int from, int to) {
    bytes += to - from;
    int at = from;
    while (at < to) {
      switch (state) {
        case HEAD -> head(buffer.get(at++));
        case BODY -> at = body(at, to);
        case HEADER -> header(buffer.get(at++));
        case PAYLOAD -> at = payload(buffer, at, to);
        case OPAQUE -> at = to;
      }
    }
  }

  // ---- heads

  private void head(byte b) {
    if (headLength == head.length) {
      if (headLength == MAX_HEAD_BYTES) {
        end();
        return;
      }
      head = Arrays.copyOf(head, 2 * headLength);
    }
    head[headLength++] = b;
    lastFour = lastFour << 8 | (b & 0xFF);
    if (lastFour == END_OF_HEAD) {
      String text = headText();
      headLength = 0;
      lastFour = 0;
      after(new WireHead(text));
      observer.head(sent, text);
    }
  }

  private String headText() {
    return new String(head, 0, headLength, StandardCharsets.ISO_8859_1);
  }

  private void after(WireHead passed) {
    if (passed.isRequest()) {
      if (other != null) {
        other.unanswered.add(passed.isAnsweredWithBody());
      }
      if (passed.asksForUpgrade()) {
        expectFrames();
      }
    } else if (passed.status() == WireHead.SWITCHING_PROTOCOLS) {
      expectFrames();
    } else if (passed.status() >= 200) { // the others precede it
      Boolean known = unanswered.poll();
      if (known == null && other != null) {
        other.giveUpHead();
      }
      boolean withBody = known == null || known;
      payloadLeft = withBody ? passed.bodyBytes() : 0;
      state = payloadLeft < 0 ? State.OPAQUE : payloadLeft == 0 ? State.HEAD : State.BODY;
    }
  }

  /** It was answered before it was whole. */
  private void giveUpHead() {
    if (state == State.HEAD) {
      end();
    }
  }

  private int body(int from, int to) {
    int n = (int) Math.min(to - from, payloadLeft);
    payloadLeft -= n;
    if (payloadLeft == 0) {
      state = State.HEAD;
    }
    return from + n;
  }

  // ---- frames

  private void header(byte b) {
    header[headerLength++] = b;
    if (headerLength < 2 || headerLength < wholeHeader()) {
      return;
    }
    int extended = extendedLength();
    payloadLength = extended == 0 ? header[1] & 0x7F : 0;
    for (int i = 0; i < extended; i++) {
      payloadLength = payloadLength << 8 | (header[2 + i] & 0xFF);
    }
    // RFC 6455 §5.2: the most significant bit is 0; such a frame would not end in our days.
    payloadLeft = payloadLength < 0 ? Long.MAX_VALUE : payloadLength;
    closeCode = 0;
    if (opcode() == WireFrame.TEXT || opcode() == WireFrame.BINARY) {
      textMessage = opcode() == WireFrame.TEXT;
      compressedMessage = (reservedBits() & 4) != 0;
    }
    int kept = (int) Math.min(payloadLeft, excerptBytes);
    beginning = kept == 0 ? NONE : new byte[kept];
    state = State.PAYLOAD;
    if (payloadLeft == 0) {
      endFrame();
    }
  }

  private int extendedLength() {
    int short7 = header[1] & 0x7F;
    return short7 == 126 ? 2 : short7 == 127 ? 8 : 0;
  }

  private int wholeHeader() {
    return 2 + extendedLength() + (masked() ? 4 : 0);
  }

  private boolean masked() {
    return (header[1] & 0x80) != 0;
  }

  private int opcode() {
    return header[0] & 0x0F;
  }

  private int reservedBits() {
    return (header[0] & 0x70) >> 4;
  }

  private int payload(ByteBuffer buffer, int from, int to) {
    int n = (int) Math.min(to - from, payloadLeft);
    long done = passed();
    int wanted = opcode() == WireFrame.CLOSE ? Math.max(2, beginning.length) : beginning.length;
    for (int i = 0; i < n && done + i < wanted; i++) {
      keep((int) done + i, buffer.get(from + i));
    }
    payloadLeft -= n;
    if (payloadLeft == 0) {
      endFrame();
    }
    return from + n;
  }

  /** Returns how much of the payload has passed. */
  private long passed() {
    return (payloadLength < 0 ? Long.MAX_VALUE : payloadLength) - payloadLeft;
  }

  private void keep(int index, byte b) {
    int mask = masked() ? header[headerLength - 4 + (index & 3)] : 0;
    int unmasked = (b ^ mask) & 0xFF;
    if (index < beginning.length) {
      beginning[index] = (byte) unmasked;
    }
    if (opcode() == WireFrame.CLOSE && index < 2) {
      closeCode = closeCode << 8 | unmasked;
    }
  }

  private void endFrame() {
    WireFrame frame = frame();
    state = State.HEADER;
    headerLength = 0;
    frames++;
    observer.frame(sent, frame);
  }

  private WireFrame frame() {
    boolean data = opcode() <= WireFrame.TEXT; // this one or an earlier one says which
    return new WireFrame(
        opcode(),
        (header[0] & 0x80) != 0,
        reservedBits(),
        masked(),
        payloadLength,
        passed() >= 2 ? closeCode : 0,
        data && textMessage && !compressedMessage,
        beginning.length == 0 ? NOTHING : ByteBuffer.wrap(beginning));
  }
}
