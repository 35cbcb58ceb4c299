// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.websocket.WebSocketError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes after the opening handshake that break the protocol or exceed a limit of 1000 bytes.
 *
 * @param name what is wrong with them
 * @param bytes for either role of the sender
 * @param error what the receiver reports
 */
record Malformed(String name, Frames bytes, WebSocketError error) {
  /** The bytes as a sender of the role sends them. */
  interface Frames {
    byte[] from(Role sender);
  }

  static final int LIMIT = 1000;

  @Override
  public String toString() {
    return name;
  }

  /** Masks what a client sends. */
  private static Malformed frames(String name, WebSocketError error, Frame... frames) {
    return new Malformed(
        name,
        sender ->
            Frame.encodeAll(
                Arrays.stream(frames)
                    .map(frame -> sender == Role.CLIENT ? frame.mask() : frame)
                    .toArray(Frame[]::new)),
        error);
  }

  /** A header given in bytes, without key; a payload of zeros follows. */
  private static Malformed header(String name, WebSocketError error, String hex, int payload) {
    return new Malformed(
        name,
        sender -> {
          byte[] header = HexFormat.ofDelimiter(" ").parseHex(hex);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          if (sender == Role.CLIENT) {
            header[1] |= (byte) 0x80;
          }
          out.writeBytes(header);
          if (sender == Role.CLIENT) {
            out.writeBytes(new byte[] {1, 2, 3, 4});
          }
          out.writeBytes(new byte[payload]);
          return out.toByteArray();
        },
        error);
  }

  private static Frame text(byte... utf8) {
    return new Frame(true, 0, 1, false, utf8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static List<Malformed> all() {
    List<Malformed> all = new ArrayList<>();
    for (int bits : new int[] {1, 2, 3, 4, 7}) {
      all.add(
          frames(
              "text with reserved bits " + bits,
              WebSocketError.BAD_RESERVED_BITS,
              Frame.text("x").withRsv(bits)));
    }
    all.add(
        frames(
            "ping with a reserved bit",
            WebSocketError.BAD_RESERVED_BITS,
            Frame.ping("x").withRsv(4)));
    all.add(
        frames(
            "continuation with a reserved bit",
            WebSocketError.BAD_RESERVED_BITS,
            Frame.text("x").notFinal(),
            Frame.continuation("y").withRsv(1)));
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      all.add(
          frames(
              "opcode " + opcode, WebSocketError.BAD_OPCODE, Frame.text("x").withOpcode(opcode)));
    }
    for (Frame control : List.of(Frame.ping("x"), Frame.pong("x"), Frame.close(1000, ""))) {
      all.add(
          frames(
              "fragmented " + control.brief(),
              WebSocketError.BAD_CONTROL_FRAGMENT,
              control.notFinal()));
    }
    all.add(
        frames(
            "ping of 126 bytes",
            WebSocketError.BAD_CONTROL_SIZE,
            new Frame(true, 0, 9, false, new byte[126])));
    all.add(
        frames(
            "close of 200 bytes",
            WebSocketError.BAD_CONTROL_SIZE,
            new Frame(true, 0, 8, false, new byte[200])));
    all.add(header("length 125 in 16 bits", WebSocketError.BAD_SIZE, "82 7e 00 7d", 125));
    all.add(
        header(
            "length 65535 in 64 bits",
            WebSocketError.BAD_SIZE,
            "82 7f 00 00 00 00 00 00 ff ff",
            65535));
    all.add(
        header("negative length", WebSocketError.BAD_SIZE, "82 7f ff ff ff ff ff ff ff ff", 100));
    all.add(
        header(
            "length 2^63-1",
            WebSocketError.MESSAGE_TOO_BIG,
            "82 7f 7f ff ff ff ff ff ff ff",
            100_000));
    all.add(
        frames(
            "continuation without message",
            WebSocketError.BAD_CONTINUATION,
            Frame.continuation("x")));
    all.add(
        frames(
            "text within a message",
            WebSocketError.BAD_DATA_FRAME,
            Frame.text("x").notFinal(),
            Frame.text("y")));
    all.add(
        new Malformed(
            "wrong masking",
            sender -> (sender == Role.CLIENT ? Frame.text("x") : Frame.text("x").mask()).encode(),
            null));
    all.add(
        frames(
            "message one byte too long",
            WebSocketError.MESSAGE_TOO_BIG,
            Frame.binary(new byte[LIMIT + 1])));
    all.add(
        frames(
            "fragments that are too long together",
            WebSocketError.MESSAGE_TOO_BIG,
            Frame.binary(new byte[LIMIT]).notFinal(),
            Frame.continuation("y")));
    int bad = 0;
    for (byte[] utf8 :
        new byte[][] {
          {(byte) 0x80},
          {(byte) 0xC0, (byte) 0x80},
          {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
          {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          {(byte) 0xFF},
          {'a', (byte) 0xE2, (byte) 0x82}
        }) {
      all.add(frames("bad UTF-8 number " + ++bad, WebSocketError.BAD_FRAME_PAYLOAD, text(utf8)));
    }
    all.add(
        frames(
            "bad UTF-8 across fragments",
            WebSocketError.BAD_FRAME_PAYLOAD,
            text((byte) 0xE2, (byte) 0x82).notFinal(),
            Frame.continuation("x")));
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
      all.add(
          frames("close code " + code, WebSocketError.BAD_CLOSE_CODE, Frame.close(code, "why")));
    }
    all.add(
        frames(
            "close of one byte",
            WebSocketError.BAD_CLOSE_SIZE,
            new Frame(true, 0, 8, false, new byte[] {3})));
    all.add(
        frames(
            "close reason of bad UTF-8",
            WebSocketError.BAD_CLOSE_PAYLOAD,
            new Frame(true, 0, 8, false, new byte[] {3, (byte) 0xE8, (byte) 0xFF})));
    assert utf8("").length == 0;
    return all;
  }
}
