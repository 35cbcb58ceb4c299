// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.Role;
import io.plywire.websocket.internal.protocol.FrameDecoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames, of which only the headers are read. The first byte of the input is: 1 we are a server, 2
 * RSV1 is allowed, 4 or 8 the longest message.
 */
public final class FrameDecoderFuzz {
  private static final long[] LIMITS = {0, 100, 65_536, Long.MAX_VALUE};

  private FrameDecoderFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<String> whole = decode(input, Cuts.WHOLE);
    for (Cuts cuts : Cuts.values()) {
      Check.equal(decode(input, cuts), whole, "frames, cut to ", cuts);
    }
  }

  /** Returns what was decoded, in words. */
  private static List<String> decode(byte[] input, Cuts cuts) {
    Role role = (input[0] & 1) != 0 ? Role.SERVER : Role.CLIENT;
    FrameDecoder decoder = new FrameDecoder(role);
    decoder.allowRsv1((input[0] & 2) != 0);
    long max = LIMITS[input[0] >> 2 & 3];
    decoder.messageMax(max);
    Rules rules = new Rules(role, (input[0] & 2) != 0, max);
    ByteBuffer wire = memory(input, cuts);
    FrameHeader header = new FrameHeader();
    List<String> words = new ArrayList<>();
    long payload = 0; // that is still to be skipped
    for (int end : cuts.ends(input, input.length - 1)) {
      wire.limit(end);
      while (true) {
        int skipped = (int) Math.min(payload, wire.remaining());
        wire.position(wire.position() + skipped);
        payload -= skipped;
        if (payload > 0) {
          break;
        }
        int start = wire.position();
        int outcome = decoder.decode(wire, header);
        if (outcome == FrameDecoder.HEADER) {
          requireSame(header, wire, start);
          rules.follow(header);
          Check.equal(decoder.messageInProgress(), rules.open, "a message in progress");
          words.add(start + " " + header + " key=" + header.maskingKey);
          payload = header.payloadLength;
          continue;
        }
        Check.equal(wire.position(), start, "position after no header");
        if (outcome == FrameDecoder.VIOLATION) {
          words.add(start + " " + decoder.violation());
          return words;
        }
        break;
      }
    }
    words.add("end at " + wire.position() + " with " + payload);
    return words;
  }

  /** Another kind of memory for each way to cut. */
  private static ByteBuffer memory(byte[] input, Cuts cuts) {
    int length = input.length - 1;
    ByteBuffer memory =
        switch (cuts) {
          case WHOLE -> ByteBuffer.wrap(input, 1, length).slice();
          case BYTES ->
              ByteBuffer.allocateDirect(length)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .put(input, 1, length);
          case SMALL -> ByteBuffer.wrap(input, 1, length).slice().order(ByteOrder.LITTLE_ENDIAN);
          case LARGE -> ByteBuffer.wrap(input, 1, length).slice().asReadOnlyBuffer();
        };
    return memory.position(0);
  }

  /** What was accepted is in its only form, so it is encoded to the same bytes. */
  private static void requireSame(FrameHeader header, ByteBuffer wire, int start) {
    int length = wire.position() - start;
    Check.equal(header.encodedLength(), length, "length of ", header);
    ByteBuffer encoded = ByteBuffer.allocate(length);
    header.encode(encoded);
    Check.equal(encoded.flip(), wire.slice(start, length), "bytes of ", header);
  }

  /** What RFC 6455 allows, written down once more and without the code under test. */
  private static final class Rules {
    private final Role role;
    private final boolean deflate;
    private final long max;
    private boolean open;
    private boolean compressed;
    private long received;

    Rules(Role role, boolean deflate, long max) {
      this.role = role;
      this.deflate = deflate;
      this.max = max;
    }

    void follow(FrameHeader header) {
      boolean server = role == Role.SERVER;
      Check.equal(header.masked, server, "the mask of ", header);
      Check.that(header.payloadLength >= 0, "a negative length: ", header);
      boolean first = header.opcode == Opcode.TEXT || header.opcode == Opcode.BINARY;
      if (header.opcode >= 8) {
        Check.that(header.opcode <= 10, "a reserved opcode: ", header);
        Check.that(header.fin && header.payloadLength <= 125, "a bad control frame: ", header);
      } else {
        Check.that(header.opcode <= 2, "a reserved opcode: ", header);
        Check.equal(open, !first, "a message open before ", header);
        open = !header.fin;
        compressed = first ? header.rsv != 0 : compressed;
        received = header.payloadLength + (first ? 0 : received);
        Check.that(received >= 0, "more bytes than can be counted: ", header);
        Check.that(compressed || max == 0 || received <= max, "too long: ", header);
      }
      Check.that(
          header.rsv == 0 || (header.rsv == 4 && first && deflate), "reserved bits: ", header);
    }
  }
}
