// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of a message, or all of it.
 *
 * <p>Each frame goes out in one of four ways. Copied: header and payload are put together, masked
 * if need be, in one borrowed buffer; a frame that does not fit is sent in several fillings of it.
 * Gathered: a large payload in direct memory that needs no mask is handed to the next layer as it
 * is, behind its header. In place: the frame stands in one piece already, because it was prepared,
 * or because the memory before the payload is ours to put the header into. Compressed: see {@link
 * DeflatedFrames}.
 *
 * <p>The turn is held from the first byte of a frame to its last, and offered to others in between.
 */
final class WriteOp extends CallOp {
  /** Up to here a copy is cheaper than what the system does for one more buffer. */
  private static final int COPIED_MAX = 8 << 10;

  /** How many buffers one write takes of a frame that is too large for one write anyway. */
  private static final int GATHERED_MAX = 64;

  private enum Step {
    TAKE_TURN,
    /** The turn is ours, at a frame boundary. */
    BOUNDARY,
    /** The next layer has taken some bytes of the frame. */
    SENT
  }

  private final Sources sources = new Sources();
  private @Nullable DeflatedFrames deflated; // made when it is needed first
  private final FrameHeader header = new FrameHeader();
  private final ByteBuffer[] one = {Sources.NOTHING};
  private @Nullable ByteBuffer buffer; // what is being sent, between position and limit

  // The call.
  private @Nullable IoHandler handler;
  private boolean fin;
  private byte opcode;
  private boolean fragmenting;
  private boolean compressing;
  private boolean flushing;
  private int bufferBytes;
  private @Nullable PreparedFrame prepared;
  private @Nullable ByteBuffer roomy; // the only source, if there is room for a header before it
  private byte headroom; // as much of it as a header takes
  // The machine.
  private Step step = Step.TAKE_TURN;
  private boolean begun; // the first frame of this call is on its way
  private long sent; // payload of this call in frames that are complete
  private long frameTaken; // bytes of the current frame, header included, the next layer has taken
  private long frameCopied; // payload of the current frame that went through the buffer
  private boolean gathering;
  private boolean inPlace; // the buffer is not borrowed
  private boolean inFrame;
  private boolean lastFrame; // the current one, of this call

  WriteOp(Connection c) {
    super(c, Kind.WRITE);
  }

  @Override
  WritePendingException pendingException(String operation) {
    return new WritePendingException(operation);
  }

  void start(boolean last, int messageOpcode, ByteBuffer[] buffers, IoHandler completion) {
    claim();
    try {
      sources.set(buffers);
    } catch (RuntimeException e) {
      unclaim();
      throw e;
    }
    start(last, messageOpcode, completion);
  }

  void start(boolean last, int messageOpcode, ByteBuffer source, IoHandler completion) {
    claim();
    sources.set(source);
    start(last, messageOpcode, completion);
  }

  void start(int messageOpcode, ByteBuffer source, int room, IoHandler completion) {
    claim();
    sources.set(source);
    roomy = source;
    headroom = (byte) Math.min(room, FrameHeader.MAX_HEADER_BYTES);
    start(true, messageOpcode, completion);
  }

  void start(PreparedFrame message, IoHandler completion) {
    claim();
    sources.set(message.payload());
    prepared = message;
    start(true, message.opcode(), completion);
  }

  private void start(boolean last, int messageOpcode, IoHandler completion) {
    handler = completion;
    fin = last;
    opcode = (byte) messageOpcode;
    fragmenting = c.settings.autoFragment;
    compressing = c.settings.compress;
    flushing = c.settings.flushParts;
    bufferBytes = c.settings.writeBufferBytes;
    initiate(completion);
  }

  @Override
  void begin() {
    step = Step.TAKE_TURN;
    begun = false;
    sent = 0;
  }

  @Override
  Next advance() {
    return switch (step) {
      case TAKE_TURN -> takeTurn();
      case BOUNDARY -> atBoundary();
      case SENT -> afterSend();
    };
  }

  private Next takeTurn() {
    if (!c.isOpen()) {
      return endNotOpen();
    }
    step = Step.BOUNDARY;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  private Next atBoundary() {
    if (!c.isOpen()) {
      return endNotOpen();
    }
    CancellationType request = cancelRequested;
    if (request != null) {
      return end(cancelledAtBoundary(request));
    }
    if (!begun) {
      boolean checked = prepared != null && !c.outMessageOpen(); // as a whole, when it was prepared
      if (!c.outMessageOpen()) {
        c.beginOutMessage(opcode, isWorthCompressing(), fragmenting, bufferBytes);
      }
      if (c.outIsText()) {
        c.outText().beginPart(); // for a cancellation between two frames of this part
      }
      if (c.outIsText() && !checked && !isValidText()) {
        return end(
            new WebSocketException(
                WebSocketError.BAD_OUTGOING_TEXT,
                "the text to be written is not valid UTF-8; nothing of it was sent",
                null));
      }
      begun = true;
      if (c.outCompressed) {
        deflated().begin();
      }
    }
    return c.outCompressed ? beginDeflatedFrame() : beginFrame();
  }

  private DeflatedFrames deflated() {
    if (deflated == null) {
      deflated = new DeflatedFrames(c, sources);
    }
    return deflated;
  }

  private boolean isWorthCompressing() {
    MessageDeflater deflater = c.deflater;
    return deflater != null
        && compressing
        && prepared == null
        && (!fin || sources.total() >= deflater.options().threshold());
  }

  private boolean isValidText() {
    if (!c.options.validateOutgoingText()) {
      return true;
    }
    OutgoingText text = c.outText();
    if (sources.validate(text.reached, sources.total()) && (!fin || text.reached.complete())) {
      return true;
    }
    text.backToPart();
    return false;
  }

  private Next beginDeflatedFrame() {
    buffer = deflated().next(fin, flushing, header);
    if (buffer == null) {
      // The compressor has it all, and what it holds back goes out with a later part.
      sent = deflated().absorbed();
      c.outMessageOpen(true);
      return Next.DONE;
    }
    lastFrame = deflated().isComplete();
    gathering = false;
    inPlace = false;
    inFrame = true;
    frameTaken = 0;
    frameCopied = header.payloadLength;
    return sendFrame();
  }

  private Next beginFrame() {
    long left = sources.total() - sent;
    long length = c.outFragmenting ? Math.min(left, c.outBufferBytes) : left;
    lastFrame = length == left;
    header.fin = fin && lastFrame;
    header.rsv = 0;
    header.opcode = (byte) c.outFrameOpcode();
    c.encoder.begin(header, length);
    inFrame = true;
    frameTaken = 0;
    frameCopied = 0;
    int headerBytes = header.encodedLength();
    ByteBuffer standing = isPrepared() ? Objects.requireNonNull(prepared).frame() : headed();
    inPlace = standing != null;
    if (inPlace) {
      gathering = false;
      buffer = standing;
      frameCopied = length;
      return sendFrame();
    }
    gathering = !header.masked && length > COPIED_MAX && sources.isDirect();
    ByteBuffer out =
        c.executor
            .buffers()
            .acquire(gathering ? headerBytes : (int) Math.min(headerBytes + length, bufferRoom()));
    buffer = out;
    header.encode(out);
    if (gathering) {
      out.flip();
    } else {
      fill(out);
    }
    return sendFrame();
  }

  /** Puts the header in front of the payload, if that is all there is and has the room. */
  private @Nullable ByteBuffer headed() {
    ByteBuffer frame = roomy;
    int headerBytes = header.encodedLength();
    if (frame == null
        || header.masked
        || headroom < headerBytes
        || header.payloadLength != sources.total()
        || header.payloadLength != frame.remaining()) {
      return null;
    }
    FrameEncoder.prepend(header, frame);
    return frame;
  }

  /** Gives the buffer of a frame back, if it was borrowed. */
  private void dropBuffer() {
    ByteBuffer dropped = buffer;
    buffer = null;
    if (dropped != null && !inPlace) {
      c.executor.buffers().release(dropped);
    }
  }

  /** Tells whether the frame is, bit by bit, the one that was prepared. */
  private boolean isPrepared() {
    return prepared != null
        && !header.masked
        && header.fin
        && header.opcode == opcode
        && header.payloadLength == sources.total();
  }

  /** The most that is borrowed: a frame of a full write buffer goes out in one write. */
  private int bufferRoom() {
    return c.outBufferBytes + FrameHeader.MAX_HEADER_BYTES;
  }

  private void fill(ByteBuffer out) {
    int room = Math.min(out.remaining(), bufferRoom() - out.position());
    int n = (int) Math.min(header.payloadLength - frameCopied, room);
    sources.copy(n, header, frameCopied, c.executor.buffers(), out);
    frameCopied += n;
    out.flip();
  }

  private ByteBuffer[] gather(ByteBuffer out) {
    long payloadLeft = frameLength() - frameTaken - out.remaining();
    boolean atOnce = header.payloadLength <= c.outBufferBytes;
    return sources.gather(out, payloadLeft, atOnce ? Integer.MAX_VALUE : GATHERED_MAX);
  }

  private long frameLength() {
    return header.encodedLength() + header.payloadLength;
  }

  private Next sendFrame() {
    step = Step.SENT;
    ByteBuffer out = Objects.requireNonNull(buffer);
    if (gathering) {
      return c.write(gather(out), this);
    }
    one[0] = out;
    return c.write(one, this);
  }

  private Next afterSend() {
    c.written(this);
    one[0] = Sources.NOTHING;
    frameTaken += ioBytes;
    if (ioError != null) {
      return fail(ioError);
    }
    if (frameTaken > frameLength()) {
      throw Sources.changed();
    }
    if (frameTaken == frameLength()) {
      return endFrame();
    }
    if (cancelRequested == CancellationType.TERMINAL) {
      return fail(cancelledByForce()); // it came when nothing of ours was with the next layer
    }
    ByteBuffer out = Objects.requireNonNull(buffer);
    if (!gathering && !out.hasRemaining()) {
      fill(out.clear());
    }
    return sendFrame();
  }

  private Next endFrame() {
    inFrame = false;
    dropBuffer();
    if (gathering) {
      sources.ungather();
    }
    sent = c.outCompressed ? deflated().absorbed() : sent + header.payloadLength;
    c.outFrameSent = true;
    c.outMessageOpen(!header.fin);
    step = Step.BOUNDARY;
    if (lastFrame) {
      // Sent in full. If the connection ended meanwhile, by a deadline say, the caller learns of
      // it.
      return c.hasEnded() ? endNotOpen() : Next.DONE;
    }
    return c.turn.offer(this) ? Next.SUSPENDED : Next.AGAIN;
  }

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL,
        "write cancelled inside a frame, after "
            + bytesSent()
            + " of "
            + sources.total()
            + " bytes; the WebSocket can only be closed");
  }

  private IOException cancelledAtBoundary(CancellationType request) {
    if (begun && c.outIsText() && c.options.validateOutgoingText()) {
      // The text was checked to its end; what goes on later goes on from where it was cut.
      c.outText().backToPart();
      sources.validate(c.outText().reached, sent);
    }
    return StreamException.cancelled(
        request,
        "write cancelled after "
            + sent
            + " of "
            + sources.total()
            + " bytes; the WebSocket is usable"
            + (c.outMessageOpen() ? ", its message unfinished: the next write continues it" : ""));
  }

  @Override
  void cancelled(CancellationType type) {
    if (inFrame) {
      if (type == CancellationType.TERMINAL) {
        cancelNextLayer();
      } else if (type == CancellationType.PARTIAL) {
        remember(type); // for the next boundary, if there is one
      }
    } else if (type != CancellationType.TOTAL || !begun) {
      if (c.turn.leave(this)) {
        error = cancelledAtBoundary(type);
        finishNow();
      } else {
        remember(type); // the turn is ours, and the next step will see
      }
    }
  }

  /** Payload of this call that the next layer has taken. */
  private long bytesSent() {
    if (c.outCompressed && begun) {
      return sent; // of a torn frame nobody can tell
    }
    long inThisFrame = Math.min(frameTaken, frameLength()) - header.encodedLength();
    return inFrame ? sent + Math.max(0, inThisFrame) : sent;
  }

  @Override
  void finish() {
    long bytes = bytesSent();
    sources.settle(bytes);
    sent = bytes;
    inFrame = false;
    dropBuffer();
    prepared = null;
    roomy = null;
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    IoHandler target = Objects.requireNonNull(handler);
    IOException failure = error;
    long bytes = sent;
    handler = null;
    release();
    target.completed(failure, bytes);
  }
}
