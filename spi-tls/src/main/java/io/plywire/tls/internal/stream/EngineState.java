// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsSession;
import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.engine.EngineTraits;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An engine and what both directions have to know of it: how far it is, what it wants to send on
 * its own, and why a direction has ended. With {@link RecordOpener}, {@link RecordSealer} and
 * {@link HandshakeSteps} the passive part of the layer: what can be done with the bytes at hand.
 * Knows no next layer and no operation.
 */
final class EngineState {
  /** How often in a row an engine may answer without moving a byte. */
  static final int MAX_IDLE_ANSWERS = 16;

  /** How many records without data are taken in a row, and answers owed to a peer that waits. */
  static final int MAX_EMPTY_RECORDS = 64;

  final ConnectionEngine guarded;
  final SSLEngine engine;
  final EngineTraits traits;

  /** What was agreed on; null while the handshake is under way. */
  @Nullable TlsSession agreed;

  /** Whether the protocol hides the types of its records, once established. */
  private boolean typesHidden;

  /** The engine wants to send something: the answer to a key update or a close_notify. */
  boolean controlDue;

  /** Whether there is a fatal alert to send. */
  enum Alert {
    NONE,
    /** The engine may have one. */
    OF_ENGINE,
    /** The failure is ours, and the engine does not know of it yet. */
    TO_PROVOKE
  }

  Alert alert = Alert.NONE;

  /** Why there is nothing more to read; sticky. */
  @Nullable IOException readEnd;

  /** Why nothing more can be written; sticky. */
  @Nullable IOException writeEnd;

  /** What broke the connection, if anything did. */
  @Nullable IOException failure;

  private int owedAnswers;

  EngineState(ConnectionEngine guarded) {
    this.guarded = guarded;
    this.engine = guarded.engine();
    this.traits = guarded.traits();
  }

  boolean isEstablished() {
    return agreed != null;
  }

  void established(TlsSession with) {
    agreed = with;
    typesHidden = with.protocol().equals("TLSv1.3");
  }

  /** Returns whether a handshake message would be told from data by the type of its record. */
  boolean showsTypes() {
    return agreed != null && !typesHidden;
  }

  boolean typesHidden() {
    return typesHidden;
  }

  int maxContentBytes() {
    return typesHidden ? RecordHeader.MAX_CONTENT_BYTES_13 : RecordHeader.MAX_CONTENT_BYTES;
  }

  /** Sees to what the engine wants next, once the handshake is done. */
  void afterResult(SSLEngineResult result) {
    HandshakeStatus wants = result.getHandshakeStatus();
    if (wants == HandshakeStatus.NEED_WRAP) {
      controlDue = true;
    } else if (wants == HandshakeStatus.NEED_TASK) {
      if (typesHidden) {
        runTasks();
      } else {
        failHere(TlsError.RENEGOTIATION_REFUSED, "the peer wants to renegotiate");
      }
    }
  }

  /**
   * Counts an answer that cannot be sent yet. A peer that asks for them and does not read must not
   * make the engine collect them without end.
   */
  void owesAnswer() {
    owedAnswers++;
    if (owedAnswers > MAX_EMPTY_RECORDS) {
      failHere(
          TlsError.TOO_MANY_EMPTY_RECORDS,
          "the peer asked for "
              + owedAnswers
              + " answers and takes none of them, the limit is "
              + MAX_EMPTY_RECORDS);
    }
  }

  void answersLeave() {
    controlDue = false;
    owedAnswers = 0;
  }

  /** Runs what the engine hands out as tasks, here. */
  void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /** Records what the engine, or one of its tasks, has thrown. */
  void failed(Throwable thrown) {
    fail(guarded.failure(thrown, agreed == null));
  }

  /** Records a failure that the engine knows nothing of. */
  void failHere(TlsError error, String message) {
    failHere(new TlsException(error, message, null));
  }

  /** Records a failure that the engine knows nothing of. */
  void failHere(TlsException why) {
    if (failure == null) {
      alert = Alert.TO_PROVOKE;
    }
    fail(why);
  }

  void fail(TlsException why) {
    if (readEnd == null) {
      readEnd = why;
    }
    outputFailed(why);
    if (alert == Alert.NONE) {
      alert = Alert.OF_ENGINE;
    }
  }

  /** Records that nothing can be sent any more. */
  void outputFailed(IOException why) {
    if (writeEnd == null) {
      writeEnd = why;
    }
    if (failure == null) {
      failure = why;
    }
  }

  /** Records that the engine takes no more data, since the peer has sent close_notify. */
  void outboundClosed() {
    if (writeEnd == null) {
      writeEnd =
          new StreamException(
              StreamError.EOF, "the peer ended the connection, nothing can be written any more");
    }
  }

  /**
   * Makes the engine find fault with the peer. There is no other way to have it send a fatal alert,
   * encrypted as it has to be. A header of a type and a length that no record has makes it {@code
   * unexpected_message} with most engines; Conscrypt says nothing to that, and {@code
   * bad_record_mac} to a record that does not decrypt. Whoever has an alert already keeps it.
   */
  void provokeAlert() {
    unwrapForged(RecordHeader.forged(RecordHeader.APPLICATION_DATA + 1, 0x7FFF, 0));
    unwrapForged(RecordHeader.forged(RecordHeader.APPLICATION_DATA, 32, 32));
  }

  private void unwrapForged(ByteBuffer record) {
    try {
      engine.unwrap(record, ByteBuffer.allocate(1 << 14));
    } catch (SSLException | RuntimeException expected) {
      // The alert waits to be wrapped.
    }
  }
}
