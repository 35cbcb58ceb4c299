// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the handshake as far as the bytes at hand allow. Needs the buffers prepared, and then
 * nothing of the executor, so that engines which do slow work within their calls can run elsewhere.
 */
final class HandshakeSteps {
  /** What the handshake needs to go on. */
  enum Need {
    /** Records of the peer. */
    INPUT,
    /** That what was sealed leaves. */
    ROOM,
    /** That the engine's tasks run. */
    TASK,
    /** Nothing: it is done. */
    NOTHING,
    /** It cannot go on: {@link #failure} says why. */
    FAILED
  }

  private enum Progress {
    NEW,
    BEGUN,
    FINISHED
  }

  private final EngineState state;
  private final RecordOpener opener;
  private final RecordSealer sealer;
  private Progress progress = Progress.NEW;
  private @Nullable Throwable thrown; // by the engine, or by a task

  HandshakeSteps(EngineState state, RecordOpener opener, RecordSealer sealer) {
    this.state = state;
    this.opener = opener;
    this.sealer = sealer;
  }

  void prepare() {
    opener.prepareHandshake();
    sealer.prepareHandshake();
  }

  /** Records what a task has thrown. */
  void threw(Throwable what) {
    thrown = what;
  }

  /** Returns whether nothing can be done before the peer sends more. */
  boolean waitsForInput() {
    return progress == Progress.BEGUN
        && wants() == HandshakeStatus.NEED_UNWRAP
        && !opener.hasRecord()
        && state.readEnd == null;
  }

  Need go() {
    try {
      if (progress == Progress.NEW) {
        progress = Progress.BEGUN;
        state.engine.beginHandshake();
      }
      return goOn();
    } catch (SSLException | RuntimeException e) {
      thrown = e;
      return Need.FAILED;
    }
  }

  private Need goOn() throws SSLException {
    int idleAnswers = 0;
    while (idleAnswers <= EngineState.MAX_IDLE_ANSWERS) {
      HandshakeStatus status = progress == Progress.FINISHED ? HandshakeStatus.FINISHED : wants();
      SSLEngineResult result;
      switch (status) {
        case NEED_TASK -> {
          return Need.TASK;
        }
        case NEED_WRAP -> {
          if (!sealer.hasRoom()) {
            return Need.ROOM;
          }
          result = sealer.sealHandshake();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          result = opener.openHandshake();
          if (result == null) {
            return state.readEnd == null ? Need.INPUT : Need.FAILED;
          }
        }
        default -> {
          return Need.NOTHING;
        }
      }
      if (RecordSealer.isFinished(result)) {
        progress = Progress.FINISHED;
      }
      boolean moved = result.bytesConsumed() > 0 || result.bytesProduced() > 0;
      idleAnswers = moved ? 0 : idleAnswers + 1;
      if (result.getStatus() == Status.CLOSED) {
        throw ended(status);
      }
      if (!moved && result.getStatus() == Status.BUFFER_OVERFLOW && !sealer.out.isEmpty()) {
        return Need.ROOM;
      }
    }
    throw stuck();
  }

  private HandshakeStatus wants() {
    return state.engine.getHandshakeStatus();
  }

  private static SSLException ended(HandshakeStatus status) {
    return new SSLException(
        status == HandshakeStatus.NEED_WRAP
            ? "the engine gave up the handshake"
            : "the peer ended the connection during the handshake, with close_notify");
  }

  private SSLException stuck() {
    return new SSLException("the engine does not move on in the handshake, it is at " + wants());
  }

  /** Returns the failure that stopped the handshake. */
  TlsException failure() {
    if (state.readEnd instanceof TlsException known) {
      return known;
    }
    Throwable why = thrown;
    return why == null
        ? new TlsException(TlsError.HANDSHAKE_FAILED, "the handshake failed", null)
        : state.guarded.failure(why, true);
  }
}
