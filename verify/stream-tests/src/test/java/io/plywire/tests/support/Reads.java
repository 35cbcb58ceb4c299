// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Ways to read, and to send what is to be read. */
public final class Reads {
  private Reads() {}

  /** Starts to read some bytes of a message. */
  public static Recorded<Long> some(Harness h, WebSocketStream stream, ByteBuffer target) {
    Recorded<Long> recorded = h.handler("readSome of " + target.remaining());
    stream.asyncReadSome(target, Recorded.io(recorded));
    return recorded;
  }

  /** Starts to read a whole message into a buffer of fixed size. */
  public static Recorded<Long> whole(Harness h, WebSocketStream stream, ByteBuffer target) {
    Recorded<Long> recorded = h.handler("read of " + target.remaining());
    stream.asyncRead(target, Recorded.io(recorded));
    return recorded;
  }

  /** Starts to read a whole message into memory that grows. */
  public static Recorded<Long> whole(Harness h, WebSocketStream stream, MessageBuffer target) {
    Recorded<Long> recorded = h.handler("read into " + target.size());
    stream.asyncRead(target, Recorded.io(recorded));
    return recorded;
  }

  /** Returns the text before the position of a buffer. */
  public static String text(ByteBuffer filled) {
    return StandardCharsets.UTF_8.decode(filled.duplicate().flip()).toString();
  }

  /** Returns bytes that no shift or repetition of themselves equals. */
  public static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8) * 7 + (i >> 16));
    }
    return bytes;
  }

  /** Calls back with every way to send the bytes in two pieces, in one, and byte by byte. */
  public static void everyCut(byte[] bytes, Consumer<List<byte[]>> test) {
    for (int cut = 0; cut < bytes.length; cut++) {
      test.accept(cutAt(bytes, cut));
    }
    List<byte[]> single = new ArrayList<>();
    for (byte b : bytes) {
      single.add(new byte[] {b});
    }
    test.accept(single);
  }

  private static List<byte[]> cutAt(byte[] bytes, int cut) {
    byte[] head = java.util.Arrays.copyOf(bytes, cut);
    byte[] tail = java.util.Arrays.copyOfRange(bytes, cut, bytes.length);
    return cut == 0 ? List.of(tail) : List.of(head, tail);
  }

  /** Sends each piece and lets it arrive before the next one. */
  public static void sendApart(Harness h, RawPeer peer, List<byte[]> pieces) {
    for (byte[] piece : pieces) {
      peer.send(piece);
      h.run();
    }
  }
}
