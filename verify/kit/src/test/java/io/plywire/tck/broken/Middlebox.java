// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A transport that looks into what it carries, as boxes between two networks do: it knows an
 * upgrade when it sees one, and the frames that follow. Everything else it leaves alone.
 */
final class Middlebox extends Bent {
  /** What it does to conversations. */
  enum Meddling {
    CHANGES_LONG_FRAMES,
    LOSES_WHAT_FOLLOWS_A_REQUEST,
    DROPS_PINGS,
    DROPS_CLOSE_FRAMES
  }

  private static final int PING = 9;
  private static final int CLOSE = 8;

  private final Meddling meddling;

  // What was read so far; one read at a time.
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private boolean foreign; // no upgrade, so none of its business
  private boolean upgraded;
  private final byte[] frame = new byte[10]; // its head, without the masking key
  private long frameBytes; // of it that have come
  private int frameStart; // among the bytes of this read

  Middlebox(AsyncStream inner, Meddling meddling) {
    super(inner);
    this.meddling = meddling;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (foreign || handler == null || target == null || target.isReadOnly()) {
      inner.asyncReadSome(target, handler);
      return;
    }
    ByteBuffer scratch = ByteBuffer.allocate(target.remaining());
    inner.asyncReadSome(
        scratch,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            if (error != null || bytes == 0) {
              inner.completed(error, bytes);
              return;
            }
            byte[] passed = pass(scratch.flip());
            if (passed.length == 0) {
              asyncReadSome(target, inner);
            } else {
              target.put(passed);
              inner.completed(null, passed.length);
            }
          }
        });
  }

  /** Returns what is left of the bytes. */
  private byte[] pass(ByteBuffer bytes) {
    byte[] passed = new byte[bytes.remaining()];
    int n = 0;
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      passed[n++] = b;
      if (!foreign && !upgraded) {
        head.write(b);
        lookAtHead();
        if (upgraded && isRequest() && meddling == Meddling.LOSES_WHAT_FOLLOWS_A_REQUEST) {
          break;
        }
      } else if (upgraded) {
        n = frameByte(passed, n);
      }
    }
    return Arrays.copyOf(passed, n);
  }

  private void lookAtHead() {
    String text = head.toString(StandardCharsets.ISO_8859_1);
    String start = text.substring(0, Math.min(4, text.length()));
    foreign = !"GET ".startsWith(start) && !"HTTP".startsWith(start);
    upgraded = text.endsWith("\r\n\r\n");
  }

  private boolean isRequest() {
    return head.toString(StandardCharsets.ISO_8859_1).startsWith("GET ");
  }

  /** Takes the last of n bytes; returns how many of them are passed on. */
  private int frameByte(byte[] passed, int n) {
    if (frameBytes == 0) {
      frameStart = n - 1;
    }
    if (frameBytes < frame.length) {
      frame[(int) frameBytes] = passed[n - 1];
    }
    if (++frameBytes != frameLength()) {
      return n;
    }
    frameBytes = 0;
    int opcode = frame[0] & 0xf;
    boolean fromClient = (frame[1] & 0x80) != 0; // it is masked; the answer would undo the change
    if (meddling == Meddling.CHANGES_LONG_FRAMES && fromClient && (frame[1] & 0x7f) >= 126) {
      passed[n - 1] ^= 1;
    }
    boolean dropped =
        (meddling == Meddling.DROPS_PINGS && opcode == PING)
            || (meddling == Meddling.DROPS_CLOSE_FRAMES && opcode == CLOSE);
    return dropped ? frameStart : n; // such frames are small and come in one piece
  }

  /** Returns how long the frame is, or -1 while that is not known (RFC 6455, section 5.2). */
  private long frameLength() {
    int code = frame[1] & 0x7f;
    int more = code == 126 ? 2 : code == 127 ? 8 : 0;
    if (frameBytes < 2 + more) {
      return -1;
    }
    int mask = (frame[1] & 0x80) == 0 ? 0 : 4;
    long length = more == 0 ? code : 0;
    for (int i = 2; i < 2 + more; i++) {
      length = length << 8 | frame[i] & 0xff;
    }
    return 2 + more + mask + length;
  }
}
