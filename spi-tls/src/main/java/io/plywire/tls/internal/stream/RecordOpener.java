// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The direction from the peer: records in, data out. Decrypts into the reader's own buffer where a
 * record fits, and otherwise into one that it holds until it is read.
 */
final class RecordOpener {
  /** More records are needed. */
  static final int NEEDS_INPUT = 0;

  /** Nothing more will come: {@link EngineState#readEnd} says why. */
  static final int ENDED = -1;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** What an attempt to open the next record has shown. */
  private enum NextRecord {
    /** There was none: for all we know, the data is not longer than the record. */
    AS_IT_SEEMS,
    /** It needs more room than its length promised. */
    TOO_LONG,
    /** The engine has taken it, and has more of its data. */
    IN_ENGINE
  }

  final InBuffer in;
  private final EngineState state;
  private final NetworkMemory memory;

  private @Nullable ByteBuffer plain; // what is between position and limit was not read yet
  private NextRecord next = NextRecord.AS_IT_SEEMS;
  private @Nullable IOException inputEnd; // what the next layer said last
  private boolean sawRecord;
  private boolean lastMayBeCloseNotify; // in the handshake
  private int emptyRecords;

  RecordOpener(EngineState state, NetworkMemory memory) {
    this.state = state;
    this.memory = memory;
    this.in = new InBuffer(memory);
  }

  /** Lends memory to the next layer, for as much as may come at once. */
  ByteBuffer lend() {
    return in.lend(state.isEstablished() ? NetworkMemory.LARGE_BYTES : NetworkMemory.SMALL_BYTES);
  }

  /**
   * Reads what is there.
   *
   * @return how many bytes; {@link #NEEDS_INPUT}; {@link #ENDED}
   */
  int read(ByteBuffer target) {
    int start = target.position();
    moveTo(target);
    while (target.hasRemaining() && hasNoPlain() && state.readEnd == null) {
      int record = nextRecord();
      if (record == 0 && next != NextRecord.IN_ENGINE) {
        break;
      }
      if (target.position() > start && next != NextRecord.IN_ENGINE && mayBeCloseNotify()) {
        break; // which ends the other direction as well, and what is here may want an answer
      }
      boolean fits =
          record > 0
              && next == NextRecord.AS_IT_SEEMS
              && target.remaining() >= record - state.traits.plaintextSlack();
      if (fits) {
        open(record, target);
      } else if (target.position() > start) {
        break; // what is there goes first
      } else {
        openIntoPlain(record);
        moveTo(target);
      }
    }
    int n = target.position() - start;
    return n > 0 ? n : outcome();
  }

  /**
   * Finds out whether there is something to read, without a buffer to put it into.
   *
   * @return 1 if there is; {@link #NEEDS_INPUT}; {@link #ENDED}
   */
  int peek() {
    while (hasNoPlain() && state.readEnd == null) {
      int record = nextRecord();
      if (record == 0 && next != NextRecord.IN_ENGINE) {
        break;
      }
      openIntoPlain(record);
    }
    return hasNoPlain() ? outcome() : 1;
  }

  private int outcome() {
    if (state.readEnd == null && inputEnd != null) {
      state.readEnd = endOfInput(inputEnd);
    }
    return state.readEnd == null ? NEEDS_INPUT : ENDED;
  }

  /** Records that the next layer will bring nothing more. */
  void inputEnded(IOException why) {
    if (inputEnd == null) {
      inputEnd = why;
    }
  }

  /** Returns whether the next layer will bring nothing more. */
  boolean isInputEnded() {
    return inputEnd != null;
  }

  /** Returns what it means for the handshake that the next layer will bring nothing more. */
  IOException endOfInput() {
    IOException why = Objects.requireNonNull(inputEnd);
    return brokenHandshake().below(why, in.size());
  }

  /** Says what it means that the handshake is broken off where it is. */
  BrokenHandshake brokenHandshake() {
    return new BrokenHandshake(state.engine.getUseClientMode(), sawRecord);
  }

  /** Returns whether the last record of the handshake may be close_notify, as far as is visible. */
  boolean lastMayBeCloseNotify() {
    return lastMayBeCloseNotify;
  }

  private IOException endOfInput(IOException why) {
    if (!(why instanceof StreamException known) || known.error() != StreamError.EOF) {
      return why;
    }
    return new StreamException(
        StreamError.TRUNCATED,
        "the stream below ended without close_notify, "
            + (in.isEmpty() ? "after a whole record" : in.size() + " bytes into a record"),
        why);
  }

  private boolean hasNoPlain() {
    return plain == null || !plain.hasRemaining();
  }

  private void moveTo(ByteBuffer target) {
    ByteBuffer from = plain;
    if (from == null) {
      return;
    }
    int n = Math.min(from.remaining(), target.remaining());
    int at = target.position();
    target.put(at, from, from.position(), n).position(at + n);
    from.position(from.position() + n);
  }

  /** Returns how long the next record is, 0 if it is not all here, or not to be opened. */
  private int nextRecord() {
    if (in.isLent() || in.isEmpty()) {
      return 0;
    }
    ByteBuffer bytes = in.bytes();
    int at = in.head();
    int size = in.size();
    if (size >= RecordHeader.BYTES && sawRecord) {
      int length = RecordHeader.dataRecordBytes(bytes, at, state.maxContentBytes());
      if (length > 0) {
        return size >= length ? length : 0;
      }
    }
    return nextOtherRecord(bytes, at, size);
  }

  /** As {@link #nextRecord}, for one that is not simply data. */
  private int nextOtherRecord(ByteBuffer bytes, int at, int size) {
    String flaw = RecordHeader.flaw(bytes, at, size, state.maxContentBytes());
    int type = RecordHeader.type(bytes, at);
    if (!sawRecord && (flaw != null || type == RecordHeader.CHANGE_CIPHER_SPEC || isData(type))) {
      state.failHere(TlsError.NOT_TLS, "the first bytes are no TLS, " + FirstBytes.of(in));
    } else if (flaw != null) {
      state.failHere(TlsError.BAD_RECORD, "malformed record: " + flaw);
    } else if (type == RecordHeader.HANDSHAKE && state.showsTypes()) {
      state.failHere(TlsError.RENEGOTIATION_REFUSED, "the peer wants to renegotiate");
    } else if (size >= RecordHeader.BYTES) {
      int length = RecordHeader.recordBytes(bytes, at);
      return size >= length ? length : 0;
    }
    return 0;
  }

  private boolean mayBeCloseNotify() {
    return RecordHeader.mayBeAlert(in.bytes(), in.head(), state.typesHidden());
  }

  private static boolean isData(int type) {
    return type == RecordHeader.APPLICATION_DATA;
  }

  private void openIntoPlain(int record) {
    ByteBuffer to = preparePlain().clear();
    open(record, to);
    to.flip();
  }

  /** Returns memory for data, for which there must be none yet. */
  private ByteBuffer preparePlain() {
    ByteBuffer to = plain;
    if (to == null) {
      to = memory.acquire(NetworkMemory.SMALL_BYTES).limit(0);
      plain = to;
    }
    return to;
  }

  /** Lets the engine open one record, or go on with the one it has. */
  private void open(int record, ByteBuffer target) {
    int room = target.remaining();
    SSLEngineResult result;
    try {
      result = unwrap(record, target);
    } catch (SSLException | RuntimeException e) {
      in.discard();
      state.failed(e);
      return;
    }
    // The counts say what happened, whatever the status is.
    boolean produced = target.remaining() < room;
    boolean overflow = result.getStatus() == Status.BUFFER_OVERFLOW;
    if (overflow && !produced && result.bytesConsumed() == 0) {
      retryWithRoom(record, target);
      return;
    }
    next = overflow ? NextRecord.IN_ENGINE : NextRecord.AS_IT_SEEMS;
    if (produced) {
      emptyRecords = 0;
    } else {
      emptyRecord();
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && state.controlDue) {
      state.owesAnswer();
    }
    state.afterResult(result);
    if (result.getStatus() == Status.CLOSED) {
      closed();
    }
  }

  private SSLEngineResult unwrap(int record, ByteBuffer target) throws SSLException {
    if (record == 0 || next == NextRecord.IN_ENGINE) {
      return state.engine.unwrap(NOTHING, target);
    }
    sawRecord = true;
    SSLEngineResult result = state.engine.unwrap(in.first(record), target);
    in.taken();
    return result;
  }

  @SuppressWarnings("ReferenceEquality") // the very same buffer, whatever it equals
  private void retryWithRoom(int record, ByteBuffer target) {
    if (target == plain) {
      state.failHere(
          TlsError.ENGINE,
          "the engine has no room for a record of "
              + record
              + " bytes in a buffer of "
              + target.capacity());
    }
    next = NextRecord.TOO_LONG;
  }

  private void emptyRecord() {
    emptyRecords++;
    if (emptyRecords > EngineState.MAX_EMPTY_RECORDS) {
      state.failHere(
          TlsError.TOO_MANY_EMPTY_RECORDS,
          emptyRecords
              + " records without data in a row, the limit is "
              + EngineState.MAX_EMPTY_RECORDS);
    }
  }

  private void closed() {
    if (state.readEnd == null) {
      state.readEnd =
          new StreamException(StreamError.EOF, "the peer ended the connection with close_notify");
    }
    in.discard(); // RFC 8446, section 6.1: what follows is ignored
  }

  // ---- the handshake

  /** Sees to it that {@link #openHandshake} needs no memory of the executor. */
  void prepareHandshake() {
    preparePlain();
  }

  /** Returns whether {@link #openHandshake} has something to work on. */
  boolean hasRecord() {
    return nextRecord() > 0;
  }

  /**
   * Lets the engine open one record of the handshake.
   *
   * @return null if there is none
   */
  @Nullable SSLEngineResult openHandshake() throws SSLException {
    int record = nextRecord();
    if (record == 0) {
      return null;
    }
    ByteBuffer bytes = in.bytes();
    lastMayBeCloseNotify = RecordHeader.mayBeCloseNotifyOfHandshake(bytes, in.head(), record);
    if (RecordHeader.type(bytes, in.head()) == RecordHeader.HANDSHAKE) {
      state.guarded.handshakeRecord(false, bytes, in.head(), record);
    }
    sawRecord = true;
    SSLEngineResult result = openBehindPlain(in.first(record));
    in.taken();
    return result;
  }

  /** Lets the engine look for what there is to do, in the handshake. */
  SSLEngineResult openNothing() throws SSLException {
    return openBehindPlain(NOTHING);
  }

  private SSLEngineResult openBehindPlain(ByteBuffer record) throws SSLException {
    ByteBuffer to = Objects.requireNonNull(plain);
    int end = to.limit();
    to.limit(to.capacity()).position(end); // early data would stand behind what is there
    try {
      return state.engine.unwrap(record, to);
    } finally {
      to.flip();
    }
  }

  // ---- memory

  /** Returns whether any memory is held. */
  boolean holdsMemory() {
    return plain != null || in.holdsMemory();
  }

  /** Forgets what came and was not read. */
  void discard() {
    if (plain != null) {
      plain.limit(0);
    }
    in.discard();
  }

  /** Gives back the memory in which there is nothing. */
  void settle() {
    in.settle();
    ByteBuffer old = plain;
    if (old != null && !old.hasRemaining()) {
      plain = null;
      memory.release(old);
    }
  }
}
