// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.FrameDecoder;
import io.plywire.websocket.internal.protocol.MessageInflater;
import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.internal.protocol.Utf8Validator;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything there is to read after the opening handshake: data for the application, pings to
 * be answered, and the peer's close frame.
 *
 * <p>Unlike other machines this one is not at rest between two calls. It runs while somebody wants
 * it to: the application's read, or a close that awaits the peer's, or both. A read that is
 * cancelled is detached, and the machine goes on waiting for the next layer; a read that comes
 * meanwhile finds it so, and one that comes while a close is being waited out takes the data over.
 * Data that nobody wants any more is skipped to the end of its message.
 *
 * <p>The handler of a read runs within the step that brought it something. It may start the next
 * read, which that same step's driver then serves.
 */
final class ReadOp extends CallOp {
  /** From here on, payload is received in the caller's own memory, if that is direct. */
  private static final int IN_PLACE_MIN = 16 << 10;

  private enum Step {
    /** Between two events: what was received is looked at. */
    EVENTS,
    /** A message has begun that comes too soon after those before. */
    PAUSED,
    /** The next layer has something, or an error. */
    READY,
    /** The next layer has put bytes into our buffer. */
    RECEIVED,
    /** The next layer has put payload into the caller's memory. */
    RECEIVED_IN_PLACE,
    /** Nothing more is read: the connection is about to end, or has ended. */
    END
  }

  /** What comes next on the wire. */
  private enum Place {
    /** The header of a frame. */
    HEADER,
    /** Payload of a data frame. */
    DATA,
    /** Payload of a control frame. */
    CONTROL,
    /** The same, and the answers to earlier pings have been let go first. */
    CONTROL_AGAIN
  }

  // The call, and who else wants the machine to run.
  private @Nullable IoHandler handler;
  private final ReadTarget target = new ReadTarget();
  private int bytes; // of the message, in the target
  private boolean draining; // a close awaits the peer's

  // What the last read brought, for any thread to ask, as it was when that read ended: the machine
  // may be further, and drop for a close what nobody reads. Written only where it changes, since a
  // volatile write costs more than all else that ends a read.
  private volatile boolean lastDone = true;
  private volatile boolean lastBinary;

  // The wire.
  private @Nullable FrameDecoder decoder; // none before the handshake is done
  private final IncomingFrame frame = new IncomingFrame();
  private Place place = Place.HEADER;

  // The message.
  private @Nullable Utf8Validator utf8; // made with the first text
  private boolean skipped; // the rest is for nobody, as some of it was

  // The machine.
  @Nullable PeerWatch watch; // what still looks for the peer since the opening
  private Step step = Step.EVENTS;
  private @Nullable ByteBuffer inPlaceMemory; // the caller's memory while the next layer fills it
  private int inPlaceLimit;

  ReadOp(Connection c) {
    super(c, Kind.READ);
  }

  @Override
  ReadPendingException pendingException(String operation) {
    return new ReadPendingException(operation);
  }

  /** Tells whether the last read reached the end of its message. */
  boolean lastDone() {
    return lastDone;
  }

  /** Tells whether the message last read is binary. */
  boolean lastBinary() {
    return lastBinary;
  }

  private boolean isBinary() {
    return decoder != null && decoder.messageOpcode() == Opcode.BINARY;
  }

  /** The opening handshake is done, and has decided role and compression. */
  void opened() {
    FrameDecoder made = new FrameDecoder(c.role());
    made.allowRsv1(c.compression() != null);
    decoder = made;
  }

  private FrameDecoder decoder() {
    return Objects.requireNonNull(decoder);
  }

  // ---- the call

  void start(
      boolean wholeMessage,
      @Nullable ByteBuffer fixed,
      @Nullable MessageMemory memory,
      IoHandler completion) {
    claim();
    target.set(wholeMessage, fixed, memory);
    handler = completion;
    initiate(completion);
  }

  /** Reads a message, or the rest of the one whose beginning the memory holds. */
  void startMessage(MessageMemory memory, IoHandler completion) {
    claim();
    target.setToOneMessage(memory);
    handler = completion;
    initiate(completion);
  }

  @Override
  void begin() {
    bytes = 0;
    c.liveness.readingStarted();
  }

  /** Reads until the peer's close frame, whether or not the application does. */
  void drain() {
    draining = true;
    if (isIdle()) {
      resumeLater();
    }
  }

  @Override
  void arrived() {
    if (c.lifecycle.hasEnded()) {
      detach(c.lifecycle.tooLate(this));
    } else if (isIdle()) {
      drive();
    } else if (isSuspended() && cancelRequested != null) { // and is still at what it did before
      CancellationType request = cancelRequested;
      cancelRequested = null;
      cancelled(request);
    }
  }

  private boolean isWanted() {
    return isRunning() || draining;
  }

  /** Completes the application's read. */
  private Next answer(@Nullable IOException failure) {
    detach(failure);
    return Next.AGAIN;
  }

  private void detach(@Nullable IOException failure) {
    error = failure;
    rememberLast();
    if (!draining) {
      c.liveness.readingStopped();
    }
    complete(Objects.requireNonNull(handler));
  }

  private void rememberLast() {
    boolean done = place != Place.DATA && (decoder == null || !decoder.messageInProgress());
    if (lastDone != done) {
      lastDone = done;
    }
    if (lastBinary != isBinary()) {
      lastBinary = isBinary();
    }
  }

  @Override
  void deliver() {
    IoHandler completion = Objects.requireNonNull(handler);
    IOException failure = error;
    int count = bytes;
    handler = null;
    target.clear();
    release();
    completion.completed(failure, count);
  }

  @Override
  void cancelled(CancellationType type) {
    if (c.lifecycle.hasEnded()) {
      return; // the reason is on its way to the caller
    }
    if (step == Step.RECEIVED_IN_PLACE) {
      // The next layer has the caller's memory: nothing short of breaking it off gets it back.
      if (type == CancellationType.TERMINAL) {
        cancelNextLayer();
      }
    } else if (bytes == 0 || type != CancellationType.TOTAL) {
      detach(cancelledRead(type));
    }
  }

  private IOException cancelledRead(CancellationType type) {
    return StreamException.cancelled(
        type,
        bytes == 0
            ? "read cancelled before anything was read; the WebSocket is usable"
            : "read cancelled after "
                + bytes
                + " bytes of a message; the WebSocket is usable, and the next read goes on there");
  }

  // ---- the machine

  @Override
  Next advance() {
    return switch (step) {
      case EVENTS -> nextEvent();
      case PAUSED -> afterPause();
      case READY -> afterWait();
      case RECEIVED -> afterReceive();
      case RECEIVED_IN_PLACE -> afterReceiveInPlace();
      case END -> c.lifecycle.hasEnded() ? afterEnd() : Next.SUSPENDED;
    };
  }

  private Next nextEvent() {
    if (!c.lifecycle.isEstablished()) {
      return afterEnd();
    }
    if (!isWanted()) {
      return Next.DONE;
    }
    if (draining && isDeliveredHere(handler)) {
      return Next.LATER; // nothing is dropped before the handler, which may begin the next read
    }
    return switch (place) {
      case HEADER -> nextFrame();
      case DATA -> payload();
      case CONTROL, CONTROL_AGAIN -> control();
    };
  }

  private Next nextFrame() {
    PeerWatch before = watch;
    if (before != null) {
      return before.resumeAfter(this);
    }
    if (inbound().isEmpty()) {
      return moreBytes();
    }
    // What is skipped may be of any size.
    boolean limited = isRunning() && !skipped;
    decoder().messageMax(limited ? c.settings.readMessageMax : 0);
    return switch (decoder().decode(inbound().bytes(), frame)) {
      case FrameDecoder.HEADER -> beginFrame();
      case FrameDecoder.VIOLATION ->
          canAnswer() ? answer(null) : refuse(Objects.requireNonNull(decoder().violation()));
      default -> moreBytes();
    };
  }

  /** Tells whether a read of some bytes could be answered now. */
  private boolean canAnswer() {
    return isRunning() && bytes > 0 && !target.isWhole();
  }

  private Inbound inbound() {
    return c.inbound;
  }

  // ---- receiving

  private Next moreBytes() {
    if (canAnswer()) {
      return answer(null);
    }
    if (isRunning() && cancelRequested != null) {
      CancellationType request = cancelRequested;
      cancelRequested = null;
      if (bytes == 0 || request != CancellationType.TOTAL) {
        return answer(cancelledRead(request));
      }
    }
    // No memory is held while there is nothing to put into it.
    inbound().trim();
    step = Step.READY;
    c.next.asyncWait(WaitType.READ, this);
    return Next.SUSPENDED;
  }

  private Next afterWait() {
    step = Step.EVENTS;
    if (c.lifecycle.hasEnded() || !isWanted()) {
      return Next.AGAIN;
    }
    if (ioError != null) {
      return receiveFailed(ioError);
    }
    step = Step.RECEIVED;
    c.next.asyncReadSome(inbound().room(receiveBytes()), this);
    return Next.SUSPENDED;
  }

  private int receiveBytes() {
    if (place == Place.DATA) {
      return inbound().receiveBytes(frame.left(), 0);
    }
    int last = frame.lastBytes();
    boolean wholeAgain = last >= IN_PLACE_MIN && target.takesOver(c.executor.buffers(), last);
    return inbound().receiveBytes(0, wholeAgain ? last : 0);
  }

  private Next afterReceive() {
    step = Step.EVENTS;
    inbound().received(ioBytes, place == Place.DATA ? frame.payloadLength : 0);
    if (ioError != null) {
      return receiveFailed(ioError);
    }
    c.liveness.received();
    return Next.AGAIN;
  }

  private Next receiveInPlace(ByteBuffer room) {
    inPlaceMemory = room;
    inPlaceLimit = room.limit();
    room.limit(room.position() + (int) Math.min(room.remaining(), frame.left()));
    step = Step.RECEIVED_IN_PLACE;
    c.next.asyncReadSome(room, this);
    return Next.SUSPENDED;
  }

  private Next afterReceiveInPlace() {
    step = Step.EVENTS;
    ByteBuffer room = Objects.requireNonNull(inPlaceMemory); // asking again might get other memory
    inPlaceMemory = null;
    room.limit(inPlaceLimit);
    int n = (int) ioBytes;
    if (ioError != null) {
      return receiveFailed(ioError);
    }
    c.liveness.received();
    int end = room.position();
    frame.unmask(0, c.executor.buffers(), room, end - n, end);
    frame.take(n);
    return delivered(room, n);
  }

  private Next receiveFailed(IOException cause) {
    if (c.operations.isReplying()) {
      return awaitEnd(); // the teardown has ended what waited below, or will find the same trouble
    }
    if (!c.lifecycle.hasEnded()) {
      c.lifecycle.fail(isEndedByRequest(cause) ? cancelledByForce() : cause, this);
    }
    return Next.AGAIN;
  }

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL,
        "read cancelled while the next layer was writing into its buffer; the WebSocket can only be"
            + " closed");
  }

  // ---- data

  private Next beginFrame() {
    if (frame.isControl()) {
      place = Place.CONTROL;
      // What was read so far need not wait for an answer to a control frame.
      return canAnswer() ? answer(null) : Next.AGAIN;
    }
    place = Place.DATA;
    frame.begin();
    Observation told = c.observation();
    if (told != null) {
      told.dataFrameReceived(frame.opcode != Opcode.CONTINUATION);
    }
    if (frame.opcode != Opcode.CONTINUATION) {
      if (isRunning()) {
        target.messageBegins();
      }
      if (!isBinary()) {
        utf8().reset();
      }
      if (decoder().messageCompressed()) {
        compressed().beginMessage();
      }
    }
    if (decoder().messageCompressed()) {
      compressed().beginFrame();
    }
    return frame.opcode == Opcode.CONTINUATION || !isRunning() || c.liveness.messageBegins()
        ? Next.AGAIN
        : pause();
  }

  /** Looks at nothing more for a while, so that the peer has to slow down. */
  private Next pause() {
    step = Step.PAUSED;
    return Next.SUSPENDED;
  }

  /** The message may be read on, or is wanted no more. */
  void pauseEnded() {
    if (step == Step.PAUSED && isSuspended()) {
      resumeLater();
    }
  }

  private Next afterPause() {
    step = Step.EVENTS;
    if (isRunning()) {
      c.liveness.readingStarted();
    }
    return Next.AGAIN;
  }

  private Next payload() {
    if (decoder().messageCompressed()) {
      return compressedPayload();
    }
    if (frame.left() == 0) {
      return endFrame();
    }
    if (skipped || !isRunning()) {
      return skip();
    }
    if (frame.isWhole()
        && frame.fin
        && inbound().canHandOver(frame.left())
        && target.takesOver(c.executor.buffers(), frame.left())) {
      return handOver();
    }
    ByteBuffer room = room(frame.left(), decoder().messageReceived() - frame.left());
    if (!room.hasRemaining()) {
      return noRoom();
    }
    if (inbound().isEmpty()) {
      boolean inPlace =
          !canAnswer()
              && room.isDirect()
              && Math.min(room.remaining(), frame.left()) >= IN_PLACE_MIN
              && cancelRequested == null;
      return inPlace ? receiveInPlace(room) : moreBytes();
    }
    int n = (int) Math.min(Math.min(inbound().size(), room.remaining()), frame.left());
    frame.copy(c.executor.buffers(), inbound().bytes(), room, n);
    frame.take(n);
    return delivered(room, n);
  }

  /** Leaves the message in the memory where it was received; see {@link MessageMemory}. */
  private Next handOver() {
    int n = (int) Math.min(inbound().size(), frame.left());
    ByteBuffer memory = inbound().handOver(n);
    int start = memory.position();
    memory.position(start + n);
    frame.unmask(0, c.executor.buffers(), memory, start, start + n);
    frame.take(n);
    target.takeOver(memory, start);
    return delivered(memory, n);
  }

  private Utf8Validator utf8() {
    if (utf8 == null) {
      utf8 = new Utf8Validator();
    }
    return utf8;
  }

  private Next noRoom() {
    return target.isWhole()
        ? refuse(
            new Violation(
                WebSocketError.BUFFER_OVERFLOW,
                "a message of more than " + bytes + " bytes does not fit the buffer of the read"))
        : answer(null);
  }

  /** Some of the message stands in the caller's memory, before its position. */
  private Next delivered(ByteBuffer room, int n) {
    bytes += n;
    if (!isBinary() && !utf8().validate(room, room.position() - n, room.position())) {
      return refuse(
          new Violation(WebSocketError.BAD_FRAME_PAYLOAD, "a text message is not valid UTF-8"));
    }
    return Next.AGAIN;
  }

  private ByteBuffer room(long wanted, long before) {
    long max = c.settings.readMessageMax;
    return target.room(wanted, max == 0 ? Long.MAX_VALUE : Math.max(0, max - before));
  }

  // ---- compressed data

  private CompressedPayload compressed() {
    return Objects.requireNonNull(c.compression()).incoming();
  }

  private Next compressedPayload() {
    if (frame.left() > 0 && inbound().isEmpty() && !compressed().holdsBytes()) {
      return moreBytes();
    }
    if (skipped || !isRunning()) {
      return skipCompressed();
    }
    ByteBuffer room = inflatedRoom();
    int start = room.position();
    int outcome = compressed().inflate(c, frame, room);
    Next next = delivered(room, room.position() - start);
    if (step == Step.END) {
      return next; // no text
    }
    return outcome == MessageInflater.NEED_ROOM && !inflatedRoom().hasRemaining()
        ? noRoom()
        : afterInflating(outcome);
  }

  private ByteBuffer inflatedRoom() {
    return room(compressed().roomWanted(frame), compressed().inflated());
  }

  private Next afterInflating(int outcome) {
    return switch (outcome) {
      case MessageInflater.NEED_INPUT -> frame.left() == 0 ? endFrame() : Next.AGAIN;
      case MessageInflater.NEED_ROOM -> Next.AGAIN;
      case MessageInflater.DONE -> endFrame();
      default -> refuse(compressed().violation(c, outcome));
    };
  }

  private Next skipCompressed() {
    skipped = true;
    if (compressed().isSkippedByInflating()) {
      return afterInflating(compressed().skip(c, frame));
    }
    return frame.left() == 0 ? endFrame() : skip();
  }

  private Next skip() {
    skipped = true;
    if (inbound().isEmpty()) {
      return moreBytes();
    }
    ByteBuffer from = inbound().bytes();
    int n = (int) Math.min(from.remaining(), frame.left());
    from.position(from.position() + n);
    frame.take(n);
    return Next.AGAIN;
  }

  private Next endFrame() {
    place = Place.HEADER;
    frame.end();
    if (!frame.fin) {
      return Next.AGAIN;
    }
    Observation told = skipped || !isRunning() ? null : c.observation();
    long length = told == null ? 0 : messageLength(); // while what decompresses is still here
    if (decoder().messageCompressed()) {
      Objects.requireNonNull(c.compression()).messageRead();
    }
    c.liveness.messageEnded();
    if (skipped || !isRunning()) {
      skipped = false;
      return Next.AGAIN;
    }
    if (!isBinary()) {
      if (!utf8().complete()) {
        return refuse(
            new Violation(
                WebSocketError.BAD_FRAME_PAYLOAD, "a text message ends inside a UTF-8 sequence"));
      }
      target.textEnds();
    }
    if (told != null) {
      told.messageReceived(isBinary(), length, decoder().messageReceived());
    }
    return answer(null);
  }

  private long messageLength() {
    return decoder().messageCompressed() ? compressed().inflated() : decoder().messageReceived();
  }

  // ---- control frames

  private Next control() {
    int length = (int) frame.payloadLength;
    if (inbound().size() < length) {
      return moreBytes();
    }
    ControlCallback callback = c.settings.controlCallback;
    if (callback != null && isInCall()) {
      return Next.LATER; // the callback never runs inside an initiating call
    }
    if (frame.opcode == Opcode.PING
        && place == Place.CONTROL
        && c.operations.autoPong().isFull(length)) {
      place = Place.CONTROL_AGAIN; // so that the answers can go out if only they get to run
      return Next.LATER;
    }
    place = Place.HEADER;
    // The header may have been read by a call before, and the memory given back after it.
    ByteBuffer from = length == 0 ? Sources.NOTHING : inbound().bytes();
    int start = from.position();
    frame.maskPayload(0, c.executor.buffers(), from, start, start + length);
    from.position(start + length);
    return IncomingControl.received(this, frame, from, callback);
  }

  // ---- the end

  /** Tells the peer about a violation, then the caller. */
  Next refuse(Violation found) {
    return refuse(
        new WebSocketException(found.error(), found.detail(), null),
        CloseReason.of(found.error().closeCode()));
  }

  /** Tells the peer that we end the connection, then the caller why. */
  Next refuse(IOException cause, CloseReason reason) {
    c.lifecycle.beginClosing();
    c.operations.closeReply().refuse(reason, cause);
    return awaitEnd();
  }

  /** Reads nothing more: what is left is the closing handshake. */
  Next awaitEnd() {
    step = Step.END;
    return Next.AGAIN;
  }

  /** Nothing more can be read: the connection is not open, or has ended. */
  private Next afterEnd() {
    if (c.lifecycle.hasEnded()) {
      draining = false;
    }
    if (isRunning()) {
      detach(
          c.lifecycle.isClosed()
              ? WebSocketException.closed(c.lifecycle.outcome())
              : c.lifecycle.notOpen(this));
    }
    return Next.DONE;
  }

  @Override
  void ended() {
    if (isIdle() || (step == Step.END && isSuspended())) {
      resumeLater();
    }
  }

  @Override
  Next broken() {
    return Next.AGAIN;
  }

  /** Nobody wants more for now. */
  @Override
  void finish() {
    if (decoder == null) {
      return; // what is received is the handshake's
    }
    if (c.lifecycle.hasEnded()) {
      inbound().release();
    } else {
      inbound().trim();
    }
  }
}
