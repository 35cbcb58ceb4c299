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
  /** How the cipher suite of a session that there is not is named. */
  private static final String NO_SUITE = "_NULL_WITH_NULL_NULL";

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

  /**
   * Whether the engine may have more of its flight than it says: Conscrypt forgets it when it is
   * asked for as much as its pipe holds, and remembers when it is given something, even nothing.
   */
  private boolean mayHaveMore;

  /** Whether a task may have failed: the JDK's engine says so when it is called the next time. */
  private boolean tasksRan;

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

  /** Records that the engine's tasks have run. */
  void tasksHaveRun() {
    tasksRan = true;
  }

  /** Records what a task has thrown. */
  void threw(Throwable what) {
    thrown = what;
  }

  /** Returns whether nothing can be done before the peer sends more. */
  boolean waitsForInput() {
    return progress == Progress.BEGUN
        && next() == HandshakeStatus.NEED_UNWRAP
        && !mayHaveMore
        && !tasksRan
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
      HandshakeStatus status = next();
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
          mayHaveMore = result.bytesProduced() > 0;
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          // What failed comes before what is wrong with the next record.
          result = tasksRan ? opener.openNothing() : opener.openHandshake();
          tasksRan = false;
          if (result == null && state.readEnd == null && mayHaveMore) {
            result = opener.openNothing();
            mayHaveMore = wants() == HandshakeStatus.NOT_HANDSHAKING;
          }
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
        throw status == HandshakeStatus.NEED_WRAP
            ? new SSLException("the engine gave up the handshake")
            : closeNotify(null);
      }
      if (!moved && result.getStatus() == Status.BUFFER_OVERFLOW && !sealer.out.isEmpty()) {
        return Need.ROOM;
      }
    }
    throw stuck();
  }

  private HandshakeStatus next() {
    HandshakeStatus status = progress == Progress.FINISHED ? HandshakeStatus.FINISHED : wants();
    boolean done = status == HandshakeStatus.FINISHED || status == HandshakeStatus.NOT_HANDSHAKING;
    if (!done || hasSession()) {
      return status;
    }
    // After a long flight, Conscrypt's client says so as soon as it could send data (RFC 7918). It
    // has not yet verified what the server makes of the handshake, and not sent all of its own.
    return mayHaveMore ? HandshakeStatus.NEED_WRAP : HandshakeStatus.NEED_UNWRAP;
  }

  private boolean hasSession() {
    return !state.engine.getSession().getCipherSuite().endsWith(NO_SUITE);
  }

  private HandshakeStatus wants() {
    return state.engine.getHandshakeStatus();
  }

  private SSLException closeNotify(@Nullable Throwable cause) {
    TlsException told = opener.brokenHandshake().closeNotify(cause);
    return new SSLException(told.getMessage(), told);
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
    if (why == null) {
      return new TlsException(TlsError.HANDSHAKE_FAILED, "the handshake failed", null);
    }
    TlsException failure = state.guarded.failure(why, true);
    return isAboutCloseNotify(failure) ? opener.brokenHandshake().closeNotify(why) : failure;
  }

  /**
   * Tells whether close_notify is what made an engine fail: BouncyCastle says of it what it says of
   * a peer with which it has nothing in common, and Conscrypt nothing at all.
   */
  private boolean isAboutCloseNotify(TlsException failure) {
    boolean unspecific =
        failure.error() == TlsError.NO_COMMON_PARAMETERS
            || failure.error() == TlsError.HANDSHAKE_FAILED;
    return unspecific && failure.alert() < 0 && opener.lastMayBeCloseNotify();
  }
}
