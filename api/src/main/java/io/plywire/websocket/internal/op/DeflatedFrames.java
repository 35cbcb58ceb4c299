// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one call to write whose message is compressed. Each is put together as a whole in
 * one borrowed buffer: how long it is shows only when its payload is there, so the header goes in
 * front of it afterwards.
 */
final class DeflatedFrames {
  private static final int PAYLOAD_START = FrameEncoder.PAYLOAD_START;

  /** One buffer holds the frame, with what comes before and behind its payload. */
  private static final int LONGEST = Integer.MAX_VALUE - 2 * FrameHeader.MAX_HEADER_BYTES;

  private final Connection c;
  private final OutgoingMessage message;
  private final Sources sources;
  private long absorbed;
  private boolean complete;

  DeflatedFrames(Connection c, OutgoingMessage message, Sources sources) {
    this.c = c;
    this.message = message;
    this.sources = sources;
  }

  /** Begins a call. */
  void begin() {
    absorbed = 0;
    complete = false;
  }

  /** Returns how many bytes of the call the compressor has taken. */
  long absorbed() {
    return absorbed;
  }

  /** Tells whether the frame made last is the call's last. */
  boolean isComplete() {
    return complete;
  }

  /**
   * Compresses up to the end of the frame or of the call.
   *
   * @param fin whether the call ends its message
   * @param flush whether everything is to come out, even if the message goes on
   * @param header takes the frame's
   * @return a borrowed buffer with the frame, or null if there is nothing to send yet
   */
  @Nullable ByteBuffer next(boolean fin, boolean flush, FrameHeader header) {
    Compression compression = Objects.requireNonNull(c.compression());
    MessageDeflater deflater = compression.deflater();
    ByteBuffer out = borrow(payloadRoom());
    try {
      deflater.beginFrame(out);
      complete = compress(deflater, fin || flush, out);
      while (!complete && !isFull(out)) {
        out = bigger(out);
        complete = compress(deflater, fin || flush, out);
      }
      header.fin = fin && complete;
      if (header.fin) {
        deflater.endMessage(out, PAYLOAD_START);
        compression.messageCompressed();
      } else {
        deflater.endFrame(out, PAYLOAD_START);
      }
    } catch (RuntimeException | Error e) {
      pool().release(out);
      throw e;
    }
    if (!header.fin && out.position() == PAYLOAD_START) {
      pool().release(out);
      return null;
    }
    header.opcode = message.frameOpcode();
    header.rsv = (byte) (message.isFrameSent() ? 0 : FrameHeader.RSV1);
    return c.encoder().seal(header, pool(), out);
  }

  /** Compresses what is left; returns whether all of the call is in the frame or the compressor. */
  private boolean compress(MessageDeflater deflater, boolean flush, ByteBuffer out) {
    while (absorbed < sources.total()) {
      ByteBuffer source = sources.untouched();
      int start = source.position();
      boolean last = absorbed + source.remaining() == sources.total();
      boolean done = deflater.compress(source, out, flush && last); // in one call if that can be
      absorbed += source.position() - start;
      if (!done) {
        return false;
      }
    }
    return !flush || deflater.flush(out);
  }

  // ---- memory

  private BufferPool pool() {
    return c.executor.buffers();
  }

  private int payloadMax() {
    return (int) Math.min(message.framePayloadMax(), LONGEST);
  }

  private int payloadRoom() {
    return (int) Math.min(payloadMax(), MessageDeflater.bound(sources.total() - absorbed));
  }

  private ByteBuffer borrow(int payload) {
    int size = PAYLOAD_START + payload + MessageDeflater.HELD_BYTES;
    ByteBuffer out = pool().acquire(size);
    long longest = (long) PAYLOAD_START + payloadMax() + MessageDeflater.HELD_BYTES;
    return out.limit((int) Math.min(out.capacity(), longest)).position(PAYLOAD_START);
  }

  private boolean isFull(ByteBuffer out) {
    return out.limit() - PAYLOAD_START - MessageDeflater.HELD_BYTES >= payloadMax();
  }

  private ByteBuffer bigger(ByteBuffer out) {
    long doubled = 2L * (out.limit() - PAYLOAD_START);
    ByteBuffer more = borrow((int) Math.min(payloadMax(), doubled));
    more.put(out.flip().position(PAYLOAD_START));
    pool().release(out);
    return more;
  }
}
