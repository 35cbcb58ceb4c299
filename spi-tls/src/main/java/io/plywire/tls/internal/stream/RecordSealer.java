// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The direction to the peer: data in, records out. There is one buffer of records; while it is on
 * its way nothing is sealed. Small data that comes meanwhile is collected, to become one record.
 */
final class RecordSealer {
  /** How much is collected; less than the data of the smallest full record of any engine. */
  static final int COLLECT_BYTES = 16 * 1024 - 64;

  /** How often an engine may throw before it tells what it wants to send at its end. */
  private static final int MAX_TROUBLES = 4;

  /** Position and limit never change, so that all may share it. */
  private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0).asReadOnlyBuffer();

  // An alert in the clear (RFC 8446, section 6; RFC 7301, section 3.2).
  private static final int ALERT_BYTES = 7;
  private static final byte FATAL = 2;
  private static final byte UNEXPECTED_MESSAGE = 10;
  private static final byte NO_APPLICATION_PROTOCOL = 120;

  final OutBuffer out;
  private final EngineState state;
  private final NetworkMemory memory;

  private final ByteBuffer[] collectedOnly = new ByteBuffer[1];
  private @Nullable ByteBuffer collected; // position is where the next byte goes
  private boolean sentAnything;

  RecordSealer(EngineState state, NetworkMemory memory) {
    this.state = state;
    this.memory = memory;
    this.out = new OutBuffer(memory);
  }

  /** Returns whether data, or what the engine wants to send, waits for the buffer of records. */
  boolean hasMore() {
    return collected != null
        || state.alert != EngineState.Alert.NONE
        || (state.controlDue && state.writeEnd == null);
  }

  /** Returns whether any memory is held. */
  boolean holdsMemory() {
    return collected != null || out.holdsMemory();
  }

  static long remaining(ByteBuffer[] buffers) {
    long total = 0;
    for (ByteBuffer buffer : buffers) {
      total += buffer.remaining();
    }
    return total;
  }

  // ---- data

  /**
   * Seals data into as many records as there is room for, moving the positions of the sources. If
   * the engine fails meanwhile, {@link EngineState#writeEnd} says so.
   *
   * @param total how many bytes the sources have
   * @return how many bytes were taken
   */
  long seal(ByteBuffer[] sources, long total) {
    out.prepare(total > COLLECT_BYTES ? NetworkMemory.LARGE_BYTES : NetworkMemory.SMALL_BYTES);
    int enough = Math.max(state.traits.minWrapRoom(), state.traits.maxWrapBytes());
    boolean engineHoldsData = false;
    int idleAnswers = 0;
    long left = total;
    while ((left > 0 || engineHoldsData) && state.writeEnd == null && out.room() >= enough) {
      int before = out.records().position();
      SSLEngineResult result;
      try {
        result =
            left > 0
                ? state.engine.wrap(sources, out.records())
                : state.engine.wrap(NO_DATA, out.records());
      } catch (SSLException | RuntimeException e) {
        left = remaining(sources);
        state.failed(e);
        break;
      }
      // The counts say what happened, whatever the status is.
      int taken = result.bytesConsumed();
      boolean produced = out.records().position() > before;
      left -= taken;
      engineHoldsData = taken > 0 && !produced;
      if (taken > 0 || produced) {
        idleAnswers = 0;
      } else if (result.getStatus() == Status.BUFFER_OVERFLOW && before > 0) {
        break; // there will be more room
      } else if (++idleAnswers > EngineState.MAX_IDLE_ANSWERS) {
        state.failHere(TlsError.ENGINE, "the engine does not take data: " + result);
      }
      state.afterResult(result);
      if (result.getStatus() == Status.CLOSED) {
        state.outboundClosed();
      }
    }
    if (engineHoldsData) {
      state.controlDue = true;
    }
    return total - left;
  }

  /**
   * Collects data to become part of a record later.
   *
   * @param total how many bytes the sources have
   * @return whether there was room for all of them; else none was taken
   */
  boolean collect(ByteBuffer[] sources, long total) {
    ByteBuffer to = collected;
    if (total > (to == null ? COLLECT_BYTES : COLLECT_BYTES - to.position())) {
      return false;
    }
    if (to == null) {
      to = memory.acquire(NetworkMemory.SMALL_BYTES);
      collected = to;
    }
    for (ByteBuffer source : sources) {
      to.put(source);
    }
    return true;
  }

  /** Seals what waits for the buffer of records. */
  void sealWaiting() {
    if (state.alert != EngineState.Alert.NONE) {
      sealAlert();
    }
    if (state.controlDue && state.writeEnd == null) {
      sealControl();
    }
    ByteBuffer from = collected;
    if (from != null) {
      if (state.writeEnd == null) {
        from.flip();
        collectedOnly[0] = from;
        seal(collectedOnly, from.remaining());
        from.compact();
      }
      if (from.position() == 0 || state.writeEnd != null) {
        collected = null;
        memory.release(from);
      }
    }
  }

  // ---- what the engine sends on its own

  private void sealControl() {
    state.answersLeave();
    out.prepare(NetworkMemory.SMALL_BYTES);
    try {
      while (hasRoom()) {
        int before = out.records().position();
        SSLEngineResult result = state.engine.wrap(NO_DATA, out.records());
        if (result.getStatus() == Status.CLOSED) {
          state.outboundClosed();
        }
        if (out.records().position() == before) {
          return;
        }
      }
      state.controlDue = true; // there is more when these have left
    } catch (SSLException | RuntimeException e) {
      state.failed(e);
    }
  }

  /** Seals a fatal alert, if the engine has one, or can be brought to have one. */
  private void sealAlert() {
    boolean provoke = state.alert == EngineState.Alert.TO_PROVOKE;
    state.alert = EngineState.Alert.NONE;
    out.prepare(NetworkMemory.SMALL_BYTES);
    int before = out.records().position();
    if (provoke) {
      state.provokeAlert();
    }
    wrapRest();
    if (out.records().position() == before && !sentAnything && !state.isEstablished()) {
      plainAlert();
    }
  }

  /** Nothing is encrypted yet, so we can say ourselves what was wrong with the peer's bytes. */
  private void plainAlert() {
    boolean protocol =
        state.failure instanceof TlsException known
            && known.error() == TlsError.NO_APPLICATION_PROTOCOL;
    ByteBuffer to = out.records();
    if (to.remaining() >= ALERT_BYTES) {
      to.put((byte) RecordHeader.ALERT).put((byte) 3).put((byte) 3).putShort((short) 2);
      to.put(FATAL).put(protocol ? NO_APPLICATION_PROTOCOL : UNEXPECTED_MESSAGE);
    }
  }

  /** Seals our close_notify. */
  void sealCloseNotify() {
    out.prepare(NetworkMemory.SMALL_BYTES);
    state.engine.closeOutbound();
    wrapRest();
    state.outboundClosed();
  }

  /** Gets the last out of an engine, which may have trouble and go on nevertheless. */
  private void wrapRest() {
    int troubles = 0;
    while (hasRoom() && troubles < MAX_TROUBLES) {
      int before = out.records().position();
      try {
        state.engine.wrap(NO_DATA, out.records());
      } catch (SSLException | RuntimeException e) {
        troubles++; // it is known; what the engine wants to tell the peer comes next
        continue;
      }
      if (out.records().position() == before || state.engine.isOutboundDone()) {
        return;
      }
    }
  }

  // ---- the handshake

  /** Sees to it that {@link #sealHandshake} needs no memory of the executor. */
  void prepareHandshake() {
    out.prepare(NetworkMemory.SMALL_BYTES);
  }

  /** Returns whether {@link #sealHandshake} has room to work in. */
  boolean hasRoom() {
    return out.room() >= Math.max(state.traits.minWrapRoom(), state.traits.maxWrapBytes());
  }

  /** Lets the engine seal records of the handshake. */
  SSLEngineResult sealHandshake() throws SSLException {
    int from = out.records().position();
    SSLEngineResult result = state.engine.wrap(NO_DATA, out.records());
    ByteBuffer records = out.records();
    int end = records.position();
    sentAnything |= end > from;
    for (int at = from; at + RecordHeader.BYTES <= end; ) {
      int length = RecordHeader.recordBytes(records, at);
      if (RecordHeader.type(records, at) == RecordHeader.HANDSHAKE) {
        state.guarded.handshakeRecord(true, records, at, length);
      }
      at += length;
    }
    return result;
  }

  /** Returns whether the handshake is done as far as a result says so. */
  static boolean isFinished(SSLEngineResult result) {
    return result.getHandshakeStatus() == HandshakeStatus.FINISHED;
  }

  // ---- memory

  /** Forgets what was not sent. */
  void discard() {
    ByteBuffer old = collected;
    collected = null;
    if (old != null) {
      memory.release(old);
    }
  }
}
