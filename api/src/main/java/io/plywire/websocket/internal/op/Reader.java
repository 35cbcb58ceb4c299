// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.CloseFrame;
import io.plywire.websocket.internal.protocol.FrameDecoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Masker;
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
 * <p>It runs while somebody wants it to: the application's read, or a close that awaits the peer's
 * answer, or both. It belongs to neither. A read that is cancelled is detached, and what the
 * machine was doing, such as answering a close, it finishes on its own; a read that comes while a
 * close is being waited out takes the data over. Data that nobody wants any more is skipped to the
 * end of its message.
 */
final class Reader extends SendingOp {
  private static final int SMALL_READ = 16 << 10;

  /** For a peer that sends much at once: a message of 64 KiB comes whole, with its header. */
  private static final int LARGE_READ = (64 << 10) + FrameHeader.MAX_HEADER_BYTES;

  /** For one whose last message was longer, if the next one can stay where it is received. */
  private static final int LONGEST_ADOPTED = 1 << 20;

  /** A message holds at most so many times its length, when it stays where it was received. */
  private static final int ADOPTED_RATIO = 4;

  /** And the bytes behind it, which have to move, are at most such a part of it. */
  private static final int MOVED_RATIO = 8;

  /** From here on, payload is received in the caller's own memory, if that is direct. */
  private static final int IN_PLACE_MIN = 16 << 10;

  /** What is guessed of a compressed message's length before it is known. */
  private static final int INFLATED_MIN = 512;

  private static final int INFLATED_RATIO = 4;

  private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

  private enum Step {
    /** Between two events: what was received is looked at. */
    EVENTS,
    /** The next layer has something, or an error. */
    READY,
    /** The next layer has put bytes into our buffer. */
    RECEIVED,
    /** The next layer has put payload into the caller's memory. */
    RECEIVED_IN_PLACE,
    CLOSE_TURN,
    CLOSE_SENT,
    TORN_DOWN
  }

  // The call.
  private @Nullable IoHandler handler;
  private @Nullable ByteBuffer target;
  private @Nullable MessageBuffer growing;
  private boolean whole;
  private long bytes;
  private @Nullable IOException error;

  // Who wants us to run.
  private boolean reading;
  private boolean draining;

  // The wire.
  private @Nullable FrameDecoder decoder; // none before the handshake is done
  private final FrameHeader header = new FrameHeader();
  private boolean inFrame; // a data frame, header read
  private boolean inControl; // a control frame, header read
  private boolean stoodAside; // for the answers to pings
  private long payloadLeft;
  private boolean peerSendsMuch; // the last receive brought as much as a small one can
  private int lastFrameBytes; // payload of the last data frame, or the most that matters
  private int unmasked; // of the compressed payload received; it is decompressed from where it is

  // The message.
  private @Nullable Utf8Validator utf8; // made with the first text
  private boolean messageDone = true;
  private boolean skipping; // the rest of a message whose beginning nobody wanted

  // The machine.
  private Step step = Step.EVENTS;
  private CloseReason reply = CloseReason.NORMAL;
  private @Nullable IOException violation; // what is reported once the peer has been told
  private @Nullable ByteBuffer inPlaceMemory; // the caller's memory while the next layer fills it
  private int inPlaceLimit;

  Reader(Connection c) {
    super(c, Kind.REPLY);
  }

  @Override
  ReadPendingException pendingException(String operation) {
    return new ReadPendingException(operation);
  }

  boolean messageDone() {
    return messageDone;
  }

  boolean gotBinary() {
    return decoder != null && decoder.messageOpcode() == Opcode.BINARY;
  }

  /** The opening handshake is done, and decided the role. */
  void opened(Role role) {
    FrameDecoder made = new FrameDecoder(role);
    made.allowRsv1(c.inflater != null);
    decoder = made;
  }

  private FrameDecoder decoder() {
    return Objects.requireNonNull(decoder);
  }

  // ---- the call

  void start(
      boolean wholeMessage,
      @Nullable ByteBuffer fixed,
      @Nullable MessageBuffer memory,
      IoHandler completion) {
    claim();
    whole = wholeMessage;
    target = fixed;
    growing = memory;
    handler = completion;
    initiate(completion);
  }

  @Override
  void begin() {
    bytes = 0;
    error = null;
    reading = true;
    c.liveness.readingStarted();
  }

  /** Reads until the peer's close frame, whether or not the application does. */
  void drain() {
    draining = true;
    if (c.turn.leave(this) || !(isSuspended() || isAdvancing())) {
      resumeLater();
    }
  }

  private boolean isWanted() {
    return reading || draining;
  }

  /** Completes the application's read. */
  private Next answer(@Nullable IOException failure) {
    detach(failure);
    return Next.AGAIN;
  }

  private void detach(@Nullable IOException failure) {
    reading = false;
    error = failure;
    if (!draining) {
      c.liveness.readingStopped();
    }
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    IoHandler completion = Objects.requireNonNull(handler);
    IOException failure = error;
    long count = bytes;
    handler = null;
    target = null;
    growing = null;
    error = null;
    release();
    try {
      completion.completed(failure, count);
    } catch (RuntimeException | Error e) {
      if (!isAdvancing()) {
        throw e;
      }
      // The handler's trouble is not the machine's: it goes to the executor by itself.
      c.executor.execute(
          () -> {
            throw e;
          });
    }
  }

  @Override
  void cancelled(CancellationType type) {
    if (c.hasEnded()) {
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
      case READY -> afterWait();
      case RECEIVED -> afterReceive();
      case RECEIVED_IN_PLACE -> afterReceiveInPlace();
      case CLOSE_TURN -> sendClose();
      case CLOSE_SENT -> afterClose();
      case TORN_DOWN -> afterTeardown();
    };
  }

  private Next nextEvent() {
    if (!c.isEstablished()) {
      return afterEnd();
    }
    if (!isWanted()) {
      return Next.DONE;
    }
    if (inControl) {
      return control();
    }
    if (inFrame) {
      return payload();
    }
    if (inbound().isEmpty()) {
      return moreBytes();
    }
    // What is skipped may be of any size.
    decoder().messageMax(reading && !skipping ? c.readMessageMax : 0);
    return switch (decoder().decode(inbound().bytes(), header)) {
      case FrameDecoder.HEADER -> beginFrame();
      case FrameDecoder.VIOLATION ->
          hasSome() ? answer(null) : fail(Objects.requireNonNull(decoder().violation()));
      default -> moreBytes();
    };
  }

  /** Tells whether a read of some bytes could be answered now. */
  private boolean hasSome() {
    return reading && !whole && bytes > 0;
  }

  private Inbound inbound() {
    return c.inbound;
  }

  // ---- receiving

  private Next moreBytes() {
    if (hasSome()) {
      return answer(null);
    }
    if (reading && cancelRequested != null) {
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
    if (c.hasEnded() || !isWanted()) {
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
    if (!peerSendsMuch) {
      return inFrame && payloadLeft > SMALL_READ ? LARGE_READ : SMALL_READ;
    }
    int longest = lastFrameBytes + FrameHeader.MAX_HEADER_BYTES;
    return longest > LARGE_READ && !inFrame && canAdopt(lastFrameBytes) ? longest : LARGE_READ;
  }

  private Next afterReceive() {
    step = Step.EVENTS;
    inbound().received();
    if (ioError != null) {
      return receiveFailed(ioError);
    }
    // The end of a long frame may be short.
    peerSendsMuch = ioBytes >= SMALL_READ || (inFrame && header.payloadLength >= SMALL_READ);
    c.liveness.received();
    return Next.AGAIN;
  }

  private Next receiveInPlace(ByteBuffer room) {
    inPlaceMemory = room;
    inPlaceLimit = room.limit();
    room.limit(room.position() + (int) Math.min(room.remaining(), payloadLeft));
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
    if (header.masked) {
      Masker.apply(header.maskingKey, payloadOffset(), room, end - n, end);
    }
    taken(n);
    return delivered(room, n);
  }

  private Next receiveFailed(IOException cause) {
    if (!c.hasEnded()) {
      c.fail(
          isEndedByRequest(cause)
              ? StreamException.cancelled(
                  CancellationType.TERMINAL,
                  "read cancelled while the next layer was writing into its buffer; the WebSocket"
                      + " can only be closed")
              : cause,
          reading ? this : null);
    }
    return Next.AGAIN;
  }

  // ---- data

  private Next beginFrame() {
    if (header.isControl()) {
      inControl = true;
      // What was read so far need not wait for an answer to a control frame.
      return hasSome() ? answer(null) : Next.AGAIN;
    }
    inFrame = true;
    payloadLeft = header.payloadLength;
    unmasked = 0;
    if (header.opcode != Opcode.CONTINUATION) {
      messageDone = false;
      if (!gotBinary()) {
        utf8().reset();
      }
      if (decoder().messageCompressed()) {
        inflater().beginMessage();
      }
    }
    return Next.AGAIN;
  }

  private Next payload() {
    if (decoder().messageCompressed()) {
      return compressedPayload();
    }
    if (payloadLeft == 0) {
      return endFrame();
    }
    if (skipping || !reading) {
      return skip();
    }
    if (staysWhereItIs()) {
      return adopt();
    }
    ByteBuffer room = room();
    if (!room.hasRemaining()) {
      return noRoom();
    }
    if (inbound().isEmpty()) {
      boolean inPlace =
          !hasSome()
              && room.isDirect()
              && Math.min(room.remaining(), payloadLeft) >= IN_PLACE_MIN
              && cancelRequested == null;
      return inPlace ? receiveInPlace(room) : moreBytes();
    }
    ByteBuffer from = inbound().bytes();
    int n = (int) Math.min(Math.min(from.remaining(), room.remaining()), payloadLeft);
    if (header.masked) {
      Masker.copy(header.maskingKey, payloadOffset(), from, room, n);
    } else {
      room.put(room.position(), from, from.position(), n);
      room.position(room.position() + n);
      from.position(from.position() + n);
    }
    taken(n);
    return delivered(room, n);
  }

  private boolean canAdopt(long messageBytes) {
    return growing != null
        && GrowingMemory.access().adopts(growing, c.executor.buffers(), messageBytes);
  }

  /** Tells whether the caller may take the memory over that the message was received in. */
  private boolean staysWhereItIs() {
    if (growing == null || payloadOffset() > 0 || !header.fin || inbound().isEmpty()) {
      return false;
    }
    ByteBuffer from = inbound().bytes();
    return payloadLeft <= from.capacity() - from.position()
        && payloadLeft >= from.capacity() / ADOPTED_RATIO
        && from.remaining() - payloadLeft <= payloadLeft / MOVED_RATIO
        && canAdopt(payloadLeft);
  }

  private Next adopt() {
    int n = (int) Math.min(inbound().size(), payloadLeft);
    ByteBuffer memory = inbound().handOver(n);
    int start = memory.position();
    memory.position(start + n);
    if (header.masked) {
      Masker.apply(header.maskingKey, 0, memory, start, start + n);
    }
    GrowingMemory.access().adopt(Objects.requireNonNull(growing), memory, start);
    taken(n);
    return delivered(memory, n);
  }

  private Utf8Validator utf8() {
    if (utf8 == null) {
      utf8 = new Utf8Validator();
    }
    return utf8;
  }

  private Next noRoom() {
    return whole
        ? fail(
            new Violation(
                WebSocketError.BUFFER_OVERFLOW,
                "a message of more than " + bytes + " bytes does not fit the buffer of the read"))
        : answer(null);
  }

  /** Some of the frame's payload is used. */
  private void taken(int n) {
    payloadLeft -= n;
  }

  /** Returns where in the frame's payload the next byte stands. */
  private long payloadOffset() {
    return header.payloadLength - payloadLeft;
  }

  /** Some of the message stands in the caller's memory, before its position. */
  private Next delivered(ByteBuffer room, int n) {
    bytes += n;
    if (!gotBinary() && !utf8().validate(room, room.position() - n, room.position())) {
      return fail(
          new Violation(WebSocketError.BAD_FRAME_PAYLOAD, "a text message is not valid UTF-8"));
    }
    return Next.AGAIN;
  }

  private ByteBuffer room() {
    return room(payloadLeft, decoder().messageReceived() - payloadLeft);
  }

  private ByteBuffer room(long wanted, long before) {
    long max = c.readMessageMax;
    long most = max == 0 ? Long.MAX_VALUE : Math.max(0, max - before);
    return growing != null
        ? GrowingMemory.access().room(growing, Math.min(wanted, most), most)
        : Objects.requireNonNull(target);
  }

  // ---- compressed data

  private MessageInflater inflater() {
    return Objects.requireNonNull(c.inflater);
  }

  private Next compressedPayload() {
    if (payloadLeft > 0 && inbound().isEmpty()) {
      return moreBytes();
    }
    if (skipping || !reading) {
      return skipCompressed();
    }
    ByteBuffer room = inflatedRoom();
    int start = room.position();
    int outcome = inflate(room);
    Next next = delivered(room, room.position() - start);
    if (step != Step.EVENTS) {
      return next; // no text
    }
    return switch (outcome) {
      case MessageInflater.NEED_INPUT -> payloadLeft == 0 ? endFrame() : Next.AGAIN;
      case MessageInflater.DONE -> endFrame();
      case MessageInflater.NEED_ROOM -> inflatedRoom().hasRemaining() ? Next.AGAIN : noRoom();
      default -> inflationFailed(outcome);
    };
  }

  private ByteBuffer inflatedRoom() {
    long wanted = Math.max(INFLATED_MIN, Math.min(payloadLeft, 1 << 30) * INFLATED_RATIO);
    return room(wanted, inflater().inflated());
  }

  private Next inflationFailed(int outcome) {
    return outcome == MessageInflater.TOO_BIG
        ? fail(
            new Violation(
                WebSocketError.MESSAGE_TOO_BIG,
                "a compressed message exceeds limit " + c.readMessageMax))
        : fail(
            new Violation(
                WebSocketError.BAD_COMPRESSED_PAYLOAD,
                "a compressed message is corrupt: " + inflater().detail()));
  }

  /** Decompresses what there is of the frame, as far as the room reaches. */
  private int inflate(ByteBuffer room) {
    ByteBuffer from = payloadLeft == 0 ? NO_PAYLOAD : inbound().bytes();
    int start = from.position();
    int limit = from.limit();
    int n = (int) Math.min(from.remaining(), payloadLeft);
    if (header.masked && n > unmasked) {
      Masker.apply(
          header.maskingKey, payloadOffset() + unmasked, from, start + unmasked, start + n);
      unmasked = n;
    }
    boolean last = header.fin && n == payloadLeft;
    from.limit(start + n);
    int outcome = inflater().inflate(from, last, room, c.readMessageMax);
    from.limit(limit);
    int used = from.position() - start;
    unmasked = Math.max(0, unmasked - used);
    taken(used);
    return outcome;
  }

  /** What nobody wants may still be what later messages refer to. */
  private Next skipCompressed() {
    skipping = true;
    if (!inflater().hasTakeover()) {
      return payloadLeft == 0 ? endFrame() : skip();
    }
    ByteBuffer nowhere = c.executor.buffers().acquire(SMALL_READ);
    int outcome = inflate(nowhere);
    c.executor.buffers().release(nowhere);
    return switch (outcome) {
      case MessageInflater.NEED_INPUT -> payloadLeft == 0 ? endFrame() : Next.AGAIN;
      case MessageInflater.DONE -> endFrame();
      case MessageInflater.NEED_ROOM -> Next.AGAIN;
      default -> inflationFailed(outcome);
    };
  }

  private Next skip() {
    skipping = true;
    if (inbound().isEmpty()) {
      return moreBytes();
    }
    ByteBuffer from = inbound().bytes();
    int n = (int) Math.min(from.remaining(), payloadLeft);
    from.position(from.position() + n);
    payloadLeft -= n;
    return Next.AGAIN;
  }

  private Next endFrame() {
    if (header.fin && !reading) {
      skipping = true; // a message that ends with an empty frame, and nobody to hear of it
    }
    inFrame = false;
    lastFrameBytes = (int) Math.min(header.payloadLength, LONGEST_ADOPTED);
    if (!header.fin) {
      return Next.AGAIN;
    }
    messageDone = true;
    if (skipping) {
      skipping = false;
      return Next.AGAIN;
    }
    if (!gotBinary() && !utf8().complete()) {
      return fail(
          new Violation(
              WebSocketError.BAD_FRAME_PAYLOAD, "a text message ends inside a UTF-8 sequence"));
    }
    return answer(null);
  }

  // ---- control frames

  private Next control() {
    int length = (int) header.payloadLength;
    if (inbound().size() < length) {
      return moreBytes();
    }
    ControlCallback callback = c.controlCallback;
    if (callback != null && isInitiating()) {
      resumeLater(); // the callback never runs inside an initiating call
      return Next.SUSPENDED;
    }
    if (header.opcode == Opcode.PING && c.operations.autoPong().isFull(length) && !stoodAside) {
      stoodAside = true; // once, so that the answers can go out if only they get to run
      resumeLater();
      return Next.SUSPENDED;
    }
    stoodAside = false;
    inControl = false;
    // The header may have been read by a call before, and the memory given back after it.
    ByteBuffer from = length == 0 ? NO_PAYLOAD : inbound().bytes();
    int start = from.position();
    if (header.masked) {
      Masker.apply(header.maskingKey, 0, from, start, start + length);
    }
    from.position(start + length);
    if (header.opcode == Opcode.CLOSE) {
      CloseFrame.Parsed parsed = CloseFrame.parse(from.slice(start, length));
      if (parsed.violation() != null) {
        return fail(parsed.violation());
      }
      c.closeFrameReceived(parsed.reason());
      reply = CloseFrame.reply(parsed.reason());
    }
    if (callback != null) {
      try {
        callback.received(kindOf(header.opcode), from.slice(start, length).asReadOnlyBuffer());
      } catch (RuntimeException | Error e) {
        return failBecause(
            new WebSocketException(
                WebSocketError.CALLBACK_FAILED, "the control callback threw " + e, e),
            WebSocketError.CALLBACK_FAILED.closeCode());
      }
      if (c.hasEnded()) {
        return Next.AGAIN;
      }
    }
    if (header.opcode == Opcode.CLOSE) {
      return c.closeSent ? tearDown() : takeTurnToClose();
    }
    if (header.opcode == Opcode.PING && c.isOpen()) { // whoever is closing answers no pings
      c.operations.autoPong().answer(from, start, length);
    }
    return Next.AGAIN;
  }

  private static ControlCallback.Kind kindOf(int opcode) {
    return switch (opcode) {
      case Opcode.PING -> ControlCallback.Kind.PING;
      case Opcode.PONG -> ControlCallback.Kind.PONG;
      default -> ControlCallback.Kind.CLOSE;
    };
  }

  private Next takeTurnToClose() {
    step = Step.CLOSE_TURN;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  private void passTurn() {
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
  }

  // ---- the end

  /** Tells the peer about a violation, then the caller. */
  private Next fail(Violation found) {
    return failBecause(
        new WebSocketException(found.error(), found.detail(), null), found.error().closeCode());
  }

  private Next failBecause(IOException reason, int closeCode) {
    violation = reason;
    reply = CloseReason.of(closeCode);
    c.beginClosing();
    return c.closeSent ? tearDown() : takeTurnToClose();
  }

  private Next sendClose() {
    if (c.hasEnded()) {
      step = Step.EVENTS;
      return Next.AGAIN;
    }
    if (c.closeSent) {
      return tearDown(); // the application closed at the same time
    }
    buffer = c.closeFrame(reply);
    step = Step.CLOSE_SENT;
    send(buffer);
    return Next.SUSPENDED;
  }

  private Next afterClose() {
    sent();
    if (c.hasEnded()) {
      step = Step.EVENTS;
      return Next.AGAIN;
    }
    if (ioError != null) {
      // The peer may have gone without waiting for an answer; what it said stands. One that has not
      // would wait for it as we for its goodbye, so there is none.
      releaseBuffer();
      return afterTeardown();
    }
    if (Objects.requireNonNull(buffer).hasRemaining()) {
      send(buffer);
      return Next.SUSPENDED;
    }
    releaseBuffer();
    c.closeFrameSent(reply);
    return tearDown();
  }

  private Next tearDown() {
    step = Step.TORN_DOWN;
    c.next.asyncTeardown(c.role(), this);
    return Next.SUSPENDED;
  }

  private Next afterTeardown() {
    step = Step.EVENTS;
    if (violation != null) {
      c.fail(violation, reading ? this : null);
    } else {
      c.closed(ioError);
    }
    return Next.AGAIN;
  }

  /** Nothing more can be read: the connection is not open, or has ended. */
  private Next afterEnd() {
    releaseBuffer();
    passTurn();
    if (c.hasEnded()) {
      draining = false;
    }
    if (reading) {
      detach(c.isClosed() ? WebSocketException.closed(c.outcome()) : c.notOpen(this));
    }
    return Next.DONE;
  }

  @Override
  void ended() {
    if (c.turn.leave(this) || !(isSuspended() || isAdvancing())) {
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
    if (c.hasEnded()) {
      inbound().release();
    } else {
      inbound().trim();
    }
  }
}
