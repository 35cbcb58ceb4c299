// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A frame as plain data, encoded and decoded without the code under test.
 *
 * @param fin the FIN bit
 * @param rsv the three reserved bits, 0 to 7
 * @param opcode 0 to 15
 * @param masked whether a key is sent
 * @param payload unmasked
 */
public record Frame(boolean fin, int rsv, int opcode, boolean masked, byte[] payload) {
  public static Frame text(String text) {
    return new Frame(true, 0, 1, false, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame binary(byte[] bytes) {
    return new Frame(true, 0, 2, false, bytes);
  }

  public static Frame ping(String payload) {
    return new Frame(true, 0, 9, false, payload.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame pong(String payload) {
    return new Frame(true, 0, 10, false, payload.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame continuation(String text) {
    return new Frame(true, 0, 0, false, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Frame close() {
    return new Frame(true, 0, 8, false, new byte[0]);
  }

  public static Frame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[2 + text.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, text.length);
    return new Frame(true, 0, 8, false, payload);
  }

  public Frame notFinal() {
    return new Frame(false, rsv, opcode, masked, payload);
  }

  public Frame mask() {
    return new Frame(fin, rsv, opcode, true, payload);
  }

  public Frame withRsv(int bits) {
    return new Frame(fin, bits, opcode, masked, payload);
  }

  public Frame withOpcode(int code) {
    return new Frame(fin, rsv, code, masked, payload);
  }

  public String payloadText() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Returns the frame on the wire, in the shortest form. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
    int mask = masked ? 0x80 : 0;
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else if (payload.length < 65536) {
      out.write(mask | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] key = {0x12, 0x34, 0x56, 0x78};
    if (masked) {
      out.writeBytes(key);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(masked ? payload[i] ^ key[i & 3] : payload[i]);
    }
    return out.toByteArray();
  }

  /** Returns the frames on the wire. */
  public static byte[] encodeAll(Frame... frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      out.writeBytes(frame.encode());
    }
    return out.toByteArray();
  }

  /** Decodes complete frames; what is left over is torn. */
  public static List<Frame> decodeAll(byte[] wire) {
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    while (at < wire.length) {
      int start = at;
      int first = wire[at++] & 0xFF;
      int second = wire[at++] & 0xFF;
      boolean masked = (second & 0x80) != 0;
      long length = second & 0x7F;
      int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
      if (extended > 0) {
        length = 0;
        for (int i = 0; i < extended; i++) {
          length = length << 8 | wire[at++] & 0xFF;
        }
      }
      byte[] key = new byte[4];
      if (masked) {
        System.arraycopy(wire, at, key, 0, 4);
        at += 4;
      }
      if (at + length > wire.length) {
        throw new AssertionError("torn frame at byte " + start + " of " + wire.length);
      }
      byte[] payload = new byte[(int) length];
      for (int i = 0; i < payload.length; i++) {
        payload[i] = (byte) (wire[at++] ^ key[i & 3]);
      }
      frames.add(new Frame((first & 0x80) != 0, first >> 4 & 7, first & 15, masked, payload));
    }
    return frames;
  }

  /** Prints the frame in short, such as {@code TEXT(5)}, {@code CONT+(3)}: plus means not final. */
  public String brief() {
    String name =
        switch (opcode) {
          case 0 -> "CONT";
          case 1 -> "TEXT";
          case 2 -> "BINARY";
          case 8 -> "CLOSE";
          case 9 -> "PING";
          case 10 -> "PONG";
          default -> "OP" + opcode;
        };
    return name + (fin ? "" : "+") + "(" + payload.length + ")";
  }

  @Override
  public String toString() {
    return brief() + " " + HexFormat.of().formatHex(payload, 0, Math.min(16, payload.length));
  }
}
