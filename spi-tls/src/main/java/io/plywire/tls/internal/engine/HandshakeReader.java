// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the handshake messages of one direction together from records, as far as they are in the
 * clear, and keeps the beginning of those that somebody wants to see. Never fails: what is
 * malformed is for the engine to judge, and is not seen here.
 */
final class HandshakeReader {
  /** RFC 8446, section 4. */
  static final int CLIENT_HELLO = 1;

  static final int SERVER_HELLO = 2;
  static final int CERTIFICATE = 11;
  static final int SERVER_KEY_EXCHANGE = 12;
  static final int SERVER_HELLO_DONE = 14;

  private static final int RECORD_HEADER = 5;
  private static final int MESSAGE_HEADER = 4;
  private static final int HANDSHAKE = 22;

  /** Gets each message. */
  interface Visitor {
    /** Returns how many bytes of the body to keep. */
    int wanted(int type);

    /** Takes the beginning of a body, as much as was wanted and is there. */
    void message(int type, ByteBuffer body);
  }

  private final Visitor visitor;
  private final byte[] header = new byte[MESSAGE_HEADER];
  private int headerBytes;
  private byte @Nullable [] body;
  private int bodyBytes;
  private int remaining;
  private boolean done;

  HandshakeReader(Visitor visitor) {
    this.visitor = visitor;
  }

  /** Stops looking. */
  void finish() {
    done = true;
    body = null;
  }

  /** Takes a record, at any position of a buffer, whose position stays. */
  void record(ByteBuffer buffer, int offset, int length) {
    if (done || length < RECORD_HEADER || buffer.get(offset) != HANDSHAKE) {
      return;
    }
    int end = offset + length;
    int at = offset + RECORD_HEADER;
    while (at < end && !done) {
      at = headerBytes < MESSAGE_HEADER ? takeHeader(buffer, at) : takeBody(buffer, at, end);
    }
  }

  private int takeHeader(ByteBuffer buffer, int at) {
    header[headerBytes++] = buffer.get(at);
    if (headerBytes == MESSAGE_HEADER) {
      remaining = ((header[1] & 0xFF) << 16) | ((header[2] & 0xFF) << 8) | (header[3] & 0xFF);
      body = new byte[Math.min(remaining, visitor.wanted(header[0]))];
      bodyBytes = 0;
      if (remaining == 0) {
        deliver();
      }
    }
    return at + 1;
  }

  private int takeBody(ByteBuffer buffer, int at, int end) {
    int here = Math.min(remaining, end - at);
    byte[] kept = body;
    if (kept != null) {
      int copied = Math.min(here, kept.length - bodyBytes);
      buffer.get(at, kept, bodyBytes, copied);
      bodyBytes += copied;
    }
    remaining -= here;
    if (remaining == 0) {
      deliver();
    }
    return at + here;
  }

  private void deliver() {
    byte[] kept = body;
    headerBytes = 0;
    body = null;
    if (kept != null) {
      visitor.message(header[0], ByteBuffer.wrap(kept));
    }
  }
}
