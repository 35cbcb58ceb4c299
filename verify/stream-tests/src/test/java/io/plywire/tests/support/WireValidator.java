// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sits on one direction of the wire and fails the test at the first byte that RFC 6455 does not
 * allow there: a torn or interleaved frame, a wrong opcode, mask, length or order, anything after a
 * close frame. Once permessage-deflate was agreed on, it also decompresses what is marked as
 * compressed, and fails at what RFC 7692 does not allow. It is written without the code under test.
 */
public final class WireValidator implements Consumer<ByteBuffer> {
  private final String name;
  private final boolean mustMask;
  private boolean inHead;
  private boolean inBody; // of a refusal
  private int headEnd; // how many bytes of CR LF CR LF have been seen

  private final byte[] header = new byte[14];
  private int headerBytes;
  private int headerNeeded = 2;
  private long payloadLeft;
  private long payloadAt;
  private ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private boolean forgetful;
  private long dataBytes;
  private boolean messageOpen;
  private boolean closed;
  private final List<Frame> frames = new ArrayList<>();
  private WireValidator other;
  private DeflatedWire deflated;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private long bytes;

  /**
   * Makes a validator.
   *
   * @param name of the direction, for messages
   * @param mustMask whether the sender is a client
   * @param withHead whether the opening handshake comes first
   */
  public WireValidator(String name, boolean mustMask, boolean withHead) {
    this.name = name;
    this.mustMask = mustMask;
    this.inHead = withHead;
  }

  /** Names the other direction, which learns from the response on this one what was agreed on. */
  public void answers(WireValidator requests) {
    other = requests;
  }

  /** Keeps no payload of data frames from now on, for conversations of many megabytes. */
  public WireValidator forgetful() {
    forgetful = true;
    return this;
  }

  @Override
  public void accept(ByteBuffer passing) {
    ByteBuffer view = passing.duplicate();
    while (view.hasRemaining()) {
      accept(view.get());
      bytes++;
    }
  }

  private void accept(byte b) {
    if (inHead) {
      head.write(b);
      boolean expected = b == (headEnd % 2 == 0 ? '\r' : '\n');
      headEnd = expected ? headEnd + 1 : b == '\r' ? 1 : 0;
      if (headEnd == 4) {
        String text = head.toString(StandardCharsets.ISO_8859_1);
        inHead = text.startsWith("HTTP/1.1 1") && !text.startsWith("HTTP/1.1 101");
        inBody = text.startsWith("HTTP/") && !text.startsWith("HTTP/1.1 1");
        headEnd = 0;
        if (inHead) {
          head.reset();
        } else if (!mustMask && !inBody) {
          agree(text);
        }
      }
      return;
    }
    if (inBody) {
      return;
    }
    check(!closed, "a byte after the close frame");
    if (headerBytes < headerNeeded) {
      header[headerBytes++] = b;
      if (headerBytes == 2) {
        checkFirstBytes();
      }
      if (headerBytes == headerNeeded) {
        payloadLeft = length();
        payloadAt = 0;
        payload = new ByteArrayOutputStream();
        if (payloadLeft == 0) {
          endFrame();
        }
      }
      return;
    }
    if (opcode() < 8) {
      dataBytes++;
    }
    if (opcode() >= 8 || !forgetful) {
      payload.write(mustMask ? b ^ header[headerNeeded - 4 + (int) (payloadAt & 3)] : b);
    }
    payloadAt++;
    if (--payloadLeft == 0) {
      endFrame();
    }
  }

  /** Returns what finds the response in the bytes that come the other way. */
  public Consumer<ByteBuffer> responses() {
    StringBuilder response = new StringBuilder();
    return bytes -> {
      if (deflated == null && response.indexOf("\r\n\r\n") < 0) {
        response.append(StandardCharsets.ISO_8859_1.decode(bytes));
        agree(response.toString());
      }
    };
  }

  /** Takes note of what a server agreed to. */
  public void agree(String response) {
    deflated = DeflatedWire.of(response, mustMask);
    if (other != null) {
      other.deflated = DeflatedWire.of(response, other.mustMask);
    }
  }

  private int opcode() {
    return header[0] & 15;
  }

  private int rsv() {
    return header[0] >> 4 & 7;
  }

  private boolean fin() {
    return (header[0] & 0x80) != 0;
  }

  private void checkFirstBytes() {
    int length = header[1] & 0x7F;
    boolean mayBeCompressed = deflated != null && (opcode() == 1 || opcode() == 2);
    check(rsv() == 0 || (rsv() == 4 && mayBeCompressed), "reserved bits");
    check((header[1] & 0x80) != 0 == mustMask, mustMask ? "a frame without mask" : "a mask");
    switch (opcode()) {
      case 0 -> check(messageOpen, "a continuation without a message");
      case 1, 2 -> check(!messageOpen, "a new message within a message");
      case 8, 9, 10 -> {
        check(fin(), "a fragmented control frame");
        check(length <= 125, "a long control frame");
      }
      default -> check(false, "reserved opcode " + opcode());
    }
    headerNeeded = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (mustMask ? 4 : 0);
  }

  private long length() {
    int length = header[1] & 0x7F;
    if (length < 126) {
      return length;
    }
    long value = 0;
    for (int i = 2; i < (length == 126 ? 4 : 10); i++) {
      value = value << 8 | header[i] & 0xFF;
    }
    check(value >= (length == 126 ? 126 : 65536), "length " + value + " not in its shortest form");
    if (mustMask) {
      int key = 0;
      for (int i = headerNeeded - 4; i < headerNeeded; i++) {
        key |= header[i];
      }
      check(key != 0, "a masking key of zero");
    }
    return value;
  }

  private void endFrame() {
    Frame frame = new Frame(fin(), rsv(), opcode(), mustMask, payload.toByteArray());
    if (opcode() >= 8 || !forgetful) {
      frames.add(frame);
    }
    if (opcode() < 8) {
      messageOpen = !fin();
      if (deflated != null && !forgetful) {
        String wrong = deflated.frame(frame);
        check(wrong == null, wrong);
      }
    }
    if (opcode() == 8) {
      closed = true;
      check(frame.payload().length != 1, "a close frame of one byte");
    }
    headerBytes = 0;
    headerNeeded = 2;
  }

  private void check(boolean right, String found) {
    if (!right) {
      throw new AssertionError(name + ": " + found + " at byte " + bytes + ", after " + briefs());
    }
  }

  /** Returns the complete frames that have passed. */
  public List<Frame> frames() {
    return frames;
  }

  /** Returns the frames that have passed, each in short. */
  public List<String> briefs() {
    return frames.stream().map(Frame::brief).toList();
  }

  /** Tells whether the last byte that passed ended a frame. */
  public boolean atBoundary() {
    return !inHead && headerBytes == 0;
  }

  /** Returns the compressed messages that have passed, decompressed. */
  public List<byte[]> inflated() {
    return deflated == null ? List.of() : deflated.messages();
  }

  /** Tells whether a close frame has passed. */
  public boolean isClosed() {
    return closed;
  }

  /** Returns how many bytes of payload have passed in data frames, complete or not. */
  public long dataBytes() {
    return dataBytes;
  }

  /** Returns the bytes that have passed. */
  public long bytes() {
    return bytes;
  }
}
