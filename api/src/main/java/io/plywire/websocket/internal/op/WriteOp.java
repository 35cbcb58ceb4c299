// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.op.OutFrame.Way;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a part of a message, or all of it, frame by frame. The turn is held from the first byte of
 * a frame to its last, and offered to others in between.
 *
 * <p>Each frame goes its way, which {@link #way} chooses when it begins; the first line that fits
 * counts:
 *
 * <pre>
 *   the message                         the frame                     way
 *   ----------------------------------  ----------------------------  --------
 *   is compressed here                  any                           DEFLATED
 *   is prepared, compressed or not      all of it, without a mask     IN_PLACE
 *   has room for a header before it     all of it, without a mask     IN_PLACE
 *   is in direct memory                 over 8 KiB, without a mask    GATHERED
 *   any                                 any                           COPIED
 * </pre>
 *
 * <p>A copy puts header and payload into one buffer, masks it if this side masks, and is cheaper
 * for small payloads than what the system does for one more buffer. It is the only way for heap
 * memory, which the system would copy, too, and for masks, which must not touch the caller's bytes.
 */
final class WriteOp extends CallOp {
  /** Up to here a copy is cheaper than what the system does for one more buffer. */
  private static final int COPIED_MAX = 8 << 10;

  /** How many buffers one write takes of a frame that is too large for one write anyway. */
  private static final int GATHERED_MAX = 64;

  private enum Step {
    TAKE_TURN,
    /** The message comes too soon after those before. */
    PAUSED,
    /** The turn is ours, and nothing of the call has been sent. */
    FIRST_FRAME,
    /** The turn is ours, and a frame of the call may have been sent. */
    NEXT_FRAME,
    /** The next layer has taken some of the frame. */
    SENT
  }

  private final OutgoingMessage message = new OutgoingMessage();
  private final Sources sources = new Sources();
  private final OutFrame frame = new OutFrame();
  private @Nullable DeflatedFrames deflated; // made when it is needed first

  // The call.
  private @Nullable IoHandler handler;
  private boolean whole; // a message, not a part of one
  private boolean fin;
  private boolean flushing;
  private @Nullable PreparedFrame prepared; // in the form in which it goes
  private boolean validated; // as text, before
  private byte headerRoom; // bytes before the only source that may be written over, if they matter

  private long sent; // payload of this call in frames that are complete
  private Step step = Step.TAKE_TURN;

  WriteOp(Connection c) {
    super(c, Kind.WRITE);
  }

  @Override
  WritePendingException pendingException(String operation) {
    return new WritePendingException(operation);
  }

  /** Tells whether a message was begun and its last part not written; any thread may ask. */
  boolean isMessageInProgress() {
    return message.isInProgress();
  }

  // ---- the call

  void start(boolean last, int opcode, ByteBuffer[] buffers, IoHandler completion) {
    claim();
    try {
      sources.set(buffers);
    } catch (RuntimeException e) {
      unclaim();
      throw e;
    }
    start(false, last, opcode, completion);
  }

  void start(boolean last, int opcode, ByteBuffer source, IoHandler completion) {
    claim();
    sources.set(source);
    start(false, last, opcode, completion);
  }

  void startMessage(int opcode, ByteBuffer source, IoHandler completion) {
    claim();
    sources.set(source);
    start(true, true, opcode, completion);
  }

  void startText(ByteBuffer encoded, IoHandler completion) {
    claim();
    sources.set(encoded);
    validated = true;
    start(true, true, Opcode.TEXT, completion);
  }

  void startMessage(int opcode, MessageMemory memory, IoHandler completion) {
    claim();
    validated = memory.isValidText();
    sources.set(memory.lend());
    headerRoom = (byte) Math.min(memory.headerRoom(), FrameHeader.MAX_HEADER_BYTES);
    start(true, true, opcode, completion);
  }

  void startMessage(PreparedFrame frame, IoHandler completion) {
    claim();
    sources.announce(frame.payloadLength());
    prepared = frame;
    validated = true; // when it was prepared
    start(true, true, frame.opcode(), completion);
  }

  private void start(boolean all, boolean last, int opcode, IoHandler completion) {
    handler = completion;
    whole = all;
    fin = last;
    flushing = c.settings.flushParts;
    message.decide(opcode, c);
    initiate(completion);
  }

  @Override
  void begin() {
    step = Step.TAKE_TURN;
    sent = 0;
  }

  @Override
  Next advance() {
    return switch (step) {
      case TAKE_TURN, PAUSED -> takeTurn();
      case FIRST_FRAME, NEXT_FRAME -> atBoundary();
      case SENT -> afterSend();
    };
  }

  private Next takeTurn() {
    if (!c.lifecycle.isOpen()) {
      return endTooLate();
    }
    if (!message.isInProgress() && !c.liveness.messageMayGo()) {
      step = Step.PAUSED;
      return Next.SUSPENDED;
    }
    step = Step.FIRST_FRAME;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  /** The message may go, or will not. */
  void pauseEnded() {
    if (step == Step.PAUSED && isSuspended()) {
      resumeLater();
    }
  }

  private Next atBoundary() {
    if (!c.lifecycle.isOpen()) {
      return endNotOpen();
    }
    if (cancelRequested != null && !isTorn()) {
      return end(cancelledAtBoundary(cancelRequested));
    }
    if (cancelRequested == CancellationType.TERMINAL) {
      return fail(cancelledByForce());
    }
    if (step == Step.FIRST_FRAME && whole && message.isInProgress()) {
      return end(
          new WebSocketException(
              WebSocketError.MESSAGE_OPEN,
              "a whole message cannot be sent within another one, which was begun and not ended;"
                  + " asyncWriteSome(true, …) ends it",
              null));
    }
    if (step == Step.FIRST_FRAME && !beginPart()) {
      return end(
          new WebSocketException(
              WebSocketError.BAD_OUTGOING_TEXT,
              "the text to be written is not valid UTF-8; nothing of it was sent",
              null));
    }
    return beginFrame();
  }

  // ---- the message

  /** Begins the part, and the message if it is its first; returns false if it is bad text. */
  private boolean beginPart() {
    if (!message.isInProgress()) {
      boolean compressible = isWorthCompressing();
      if (prepared != null && compressible && message.isCompressed()) {
        takeForm(prepared);
      }
      message.begin(compressible && prepared == null);
    }
    if (isTextToCheck()) {
      Utf8Validator text = message.beginPart();
      if (!validated && !(sources.validate(text, sources.total()) && (!fin || text.complete()))) {
        message.backToPart();
        return false;
      }
    }
    if (message.isCompressed()) {
      deflated().begin();
    }
    return true;
  }

  private boolean isWorthCompressing() {
    Compression agreed = c.compression();
    return agreed != null && (!fin || agreed.isWorth(sources.total(), prepared != null));
  }

  /** Decides in which form a prepared message goes. */
  private void takeForm(PreparedFrame plain) {
    PreparedFrame form = Objects.requireNonNull(c.compression()).formOf(plain);
    sources.announce(form.payloadLength());
    prepared = form;
  }

  /**
   * Tells whether the application could not go on from between two frames: of a compressed form
   * that some of has gone, it cannot know the rest.
   */
  private boolean isTorn() {
    return prepared != null && prepared.isCompressed() && step == Step.NEXT_FRAME;
  }

  private boolean isTextToCheck() {
    return message.isText() && c.options.validateOutgoingText();
  }

  private DeflatedFrames deflated() {
    if (deflated == null) {
      deflated = new DeflatedFrames(c, message, sources);
    }
    return deflated;
  }

  // ---- frames

  private BufferPool pool() {
    return c.executor.buffers();
  }

  private Next beginFrame() {
    if (!message.isCompressed()) { // else its length shows when the payload is there
      beginHeader();
    }
    frame.way(way());
    if (prepared != null && frame.way() != Way.IN_PLACE && sources.isEmpty()) {
      sources.set(prepared.payload());
    }
    switch (frame.way()) {
      case DEFLATED -> {
        ByteBuffer whole = deflated().next(fin, flushing, frame);
        if (whole == null) {
          // The compressor has it all, and what it holds back goes out with a later part.
          sent = deflated().absorbed();
          message.absorbed();
          return Next.DONE;
        }
        frame.begin(whole);
      }
      case IN_PLACE -> frame.begin(inPlace());
      case GATHERED -> {
        frame.begin(pool().acquire(frame.encodedLength()));
        frame.encode(frame.bytes());
        frame.bytes().flip();
      }
      case COPIED -> {
        frame.begin(pool().acquire((int) Math.min(frame.length(), bufferRoom())));
        frame.encode(frame.bytes());
        fill();
      }
    }
    return sendFrame();
  }

  private void beginHeader() {
    long left = sources.total() - sent;
    long length = Math.min(left, message.framePayloadMax());
    frame.fin = fin && length == left;
    frame.rsv = prepared == null || message.isFrameSent() ? 0 : prepared.rsv();
    frame.opcode = message.frameOpcode();
    c.encoder().begin(frame, length);
  }

  /** Chooses the way of the frame, as the table at the top says. */
  private Way way() {
    if (message.isCompressed()) {
      return Way.DEFLATED;
    }
    if (isPrepared() || hasHeaderRoom()) {
      return Way.IN_PLACE;
    }
    return !frame.masked && frame.payloadLength > COPIED_MAX && sources.isDirect()
        ? Way.GATHERED
        : Way.COPIED;
  }

  /** Tells whether the frame is, bit by bit, the one that was prepared. */
  private boolean isPrepared() {
    return prepared != null
        && !frame.masked
        && frame.fin
        && frame.opcode == prepared.opcode()
        && frame.payloadLength == sources.total();
  }

  /** Tells whether the header can go in front of the payload where that is. */
  private boolean hasHeaderRoom() {
    return headerRoom >= frame.encodedLength()
        && !frame.masked
        && frame.payloadLength == sources.total()
        && frame.payloadLength == sources.first().remaining();
  }

  private ByteBuffer inPlace() {
    if (prepared != null) {
      return prepared.frame();
    }
    ByteBuffer source = sources.first();
    FrameEncoder.prepend(frame, source);
    return source;
  }

  /** The most that is borrowed: a frame of a full write buffer goes out in one write. */
  private int bufferRoom() {
    return message.bufferBytes() + FrameHeader.MAX_HEADER_BYTES;
  }

  /** Copies as much of the payload as there is room for, behind what is there. */
  private void fill() {
    ByteBuffer out = frame.bytes();
    int room = Math.min(out.remaining(), bufferRoom() - out.position());
    long copied = frame.payloadTaken(); // all of a filling has gone before the next one
    int n = (int) Math.min(frame.payloadLength - copied, room);
    sources.copy(n, frame, copied, pool(), out);
    out.flip();
  }

  private Next sendFrame() {
    step = Step.SENT;
    return c.write(frame.way() == Way.GATHERED ? gathered() : frame.toNextLayer(), this);
  }

  private ByteBuffer[] gathered() {
    ByteBuffer header = frame.bytes();
    boolean atOnce = frame.payloadLength <= message.bufferBytes();
    return sources.gather(
        header, frame.left() - header.remaining(), atOnce ? Integer.MAX_VALUE : GATHERED_MAX);
  }

  private Next afterSend() {
    c.written(this);
    frame.take(ioBytes);
    if (ioError != null) {
      return fail(ioError);
    }
    if (frame.left() < 0) {
      throw Sources.changed();
    }
    if (frame.left() == 0) {
      return endFrame();
    }
    if (cancelRequested == CancellationType.TERMINAL) {
      return fail(cancelledByForce()); // it came when nothing of ours was with the next layer
    }
    if (frame.way() == Way.COPIED && !frame.bytes().hasRemaining()) {
      frame.bytes().clear();
      fill();
    }
    return sendFrame();
  }

  private Next endFrame() {
    frame.end(pool());
    step = Step.NEXT_FRAME;
    boolean last;
    if (frame.way() == Way.DEFLATED) {
      sent = deflated().absorbed();
      last = deflated().isComplete();
    } else {
      if (frame.way() == Way.GATHERED) {
        sources.ungather();
      }
      sent += frame.payloadLength;
      last = sent == sources.total();
    }
    message.frameSent(frame.fin);
    Observation told = c.observation();
    if (told != null) {
      told.dataFrameSent(frame.payloadLength);
      if (frame.fin) {
        told.messageSent(!message.isText(), bytesSent());
      }
    }
    if (last) {
      // If the connection ended meanwhile, by a deadline say, the caller learns of it all the same.
      return c.lifecycle.hasEnded() ? endNotOpen() : Next.DONE;
    }
    return c.turn.offer(this) ? Next.SUSPENDED : Next.AGAIN;
  }

  // ---- the end

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL,
        "write cancelled inside a frame, after "
            + bytesSent()
            + " of "
            + (prepared == null ? sources.total() : prepared.messageBytes())
            + " bytes; the WebSocket can only be closed");
  }

  private IOException cancelledAtBoundary(CancellationType request) {
    if (step == Step.NEXT_FRAME && isTextToCheck()) {
      // The text was checked to its end; what goes on later goes on from where it was cut.
      sources.validate(message.backToPart(), sent);
    }
    return StreamException.cancelled(
        request,
        "write cancelled after "
            + sent
            + " of "
            + sources.total()
            + " bytes; the WebSocket is usable"
            + (message.isInProgress()
                ? ", its message unfinished: the next write continues it"
                : ""));
  }

  @Override
  void cancelled(CancellationType type) {
    if (step == Step.PAUSED && isSuspended()) {
      c.liveness.messageWithdrawn();
      error = cancelledAtBoundary(type);
      finishNow();
    } else if (step == Step.SENT) {
      if (type == CancellationType.TERMINAL) {
        cancelNextLayer();
      } else if (type == CancellationType.PARTIAL) {
        remember(type); // for the next boundary, if there is one
      }
    } else if (type != CancellationType.TOTAL || step != Step.NEXT_FRAME) {
      if (!isTorn() && c.turn.leave(this)) {
        error = cancelledAtBoundary(type);
        finishNow();
      } else {
        remember(type); // the turn is ours, and the next step will see
      }
    }
  }

  /** Payload of this call that the next layer has taken. */
  private long bytesSent() {
    if (prepared != null && prepared.isCompressed()) {
      return sent == sources.total() ? prepared.messageBytes() : 0;
    }
    boolean torn = step == Step.SENT && frame.way() != Way.DEFLATED; // of those nobody can tell
    return torn ? sent + frame.payloadTaken() : sent;
  }

  @Override
  void finish() {
    long bytes = bytesSent();
    sources.settle(bytes);
    sent = bytes;
    Observation told = c.observation();
    if (told != null && message.isInProgress()) {
      told.partSent(bytes);
    }
    frame.end(pool());
    prepared = null;
    validated = false;
    headerRoom = 0;
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
    complete(Objects.requireNonNull(handler));
    c.writeEnded();
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
