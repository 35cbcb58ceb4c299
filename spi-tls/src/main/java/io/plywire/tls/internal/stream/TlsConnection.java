// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.tls.TlsSession;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one connection, and what its parts tell each other. All of it happens on the
 * executor of the next layer, except for the few methods that say otherwise.
 */
public final class TlsConnection {
  /*
   * The passive part: EngineState, RecordOpener, RecordSealer, HandshakeSteps. They do what can be
   * done with the bytes at hand.
   *
   * The active part: Intake and Outflow, which have at most one operation of the next layer
   * outstanding each, and belong to nobody.
   *
   * What drives them: first the Handshake, then the ReadOperation and the WriteOperation, in the
   * end a TeardownOperation. Each goes on whenever inputChanged or outputChanged says so.
   */

  private enum Life {
    /** Operations may be initiated. */
    OPEN,
    /** A teardown was initiated. */
    ENDING,
    /** The stream was closed, from outside or by its teardown. */
    CLOSED
  }

  /** How far the end has come, on the executor. */
  private enum End {
    NOT_YET,
    /** The next layer is closed; somebody may still have memory of ours. */
    SHUT,
    /** Everything was given up. */
    RELEASED
  }

  private static final VarHandle LIFE;

  static {
    try {
      LIFE = MethodHandles.lookup().findVarHandle(TlsConnection.class, "life", Life.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final AsyncStream next;
  final StreamExecutor executor;
  final EngineState state;
  final RecordOpener opener;
  final RecordSealer sealer;
  final Intake intake;
  final Outflow outflow;
  final ReadOperation reads;
  final WriteOperation writes;

  @SuppressWarnings("unused") // through the handle, and read
  private volatile Life life = Life.OPEN;

  private End end = End.NOT_YET;
  private boolean inUseElsewhere; // a task of the handshake has the engine and the buffers
  private @Nullable Handshake<?> handshake;
  private @Nullable TeardownOperation teardown;

  /**
   * Makes one; nothing happens yet.
   *
   * @param next the layer below, owned from now on
   * @param engine set up and not begun
   */
  public TlsConnection(AsyncStream next, ConnectionEngine engine) {
    this.next = next;
    this.executor = next.executor();
    this.state = new EngineState(engine);
    NetworkMemory memory = new NetworkMemory(executor, state.traits.directNetworkBuffers());
    this.opener = new RecordOpener(state, memory);
    this.sealer = new RecordSealer(state, memory);
    this.intake = new Intake(this, opener);
    this.outflow = new Outflow(this, sealer);
    this.reads = new ReadOperation(this);
    this.writes = new WriteOperation(this);
  }

  // ---- any thread

  /** Returns what was agreed on, once the handshake is done. */
  public TlsSession session() {
    return Objects.requireNonNull(state.agreed, "the handshake is not done");
  }

  /** Returns the layer below. */
  public AsyncStream next() {
    return next;
  }

  /** Returns whether it was not closed yet. */
  public boolean isOpen() {
    return life != Life.CLOSED;
  }

  /** Initiates a read. */
  public void read(ByteBuffer target, IoHandler handler) {
    reads.initiate("asyncReadSome", target, handler);
  }

  /** Initiates a wait. */
  public void await(IoHandler handler) {
    reads.initiate("asyncWait", null, handler);
  }

  /** Initiates a write. */
  public void write(ByteBuffer[] sources, IoHandler handler) {
    writes.initiate(sources, handler);
  }

  /** Initiates the graceful end. */
  public void tearDown(Role role, IoHandler handler) {
    new TeardownOperation(this, role).initiate(handler);
  }

  /** Closes at once. */
  public void close() {
    if (LIFE.getAndSet(this, Life.CLOSED) != Life.CLOSED) {
      executor.dispatch(this::closeNow);
    }
  }

  /** Returns whether operations may be initiated. */
  boolean isOpenForUse() {
    return life == Life.OPEN;
  }

  /**
   * Lets no further operation be initiated.
   *
   * @return whether they might have been until now
   */
  boolean beginEnding() {
    return LIFE.compareAndSet(this, Life.OPEN, Life.ENDING);
  }

  @Override
  public String toString() {
    TlsSession with = state.agreed;
    return "tls["
        + (with == null ? "handshaking" : with.protocol() + " " + with.cipherSuite())
        + (isOpen() ? "" : ", closed")
        + "] over "
        + next;
  }

  // ---- the life

  boolean isOver() {
    return end != End.NOT_YET;
  }

  /** Returns whether operations can go on. */
  boolean isUsable() {
    return !isOver() && teardown == null;
  }

  void startHandshake(Handshake<?> started) {
    handshake = started;
  }

  void endHandshake() {
    handshake = null;
  }

  /** Lets the teardown have the connection. */
  void tearDownBy(TeardownOperation operation) {
    teardown = operation;
    reads.abort("the stream is being torn down");
    opener.discard();
  }

  /** Closes, and ends what is pending. */
  void closeNow() {
    if (isOver()) {
      return;
    }
    if (state.isEstablished() && teardown == null && state.writeEnd == null && outflow.isFree()) {
      // The peer got everything: close_notify is the truth, and costs one try.
      sealer.sealCloseNotify();
      outflow.kick();
    }
    shut();
    reads.streamClosed(null);
    writes.streamClosed(null);
    if (teardown != null) {
      teardown.streamClosed(null);
    }
  }

  /** Closes the next layer and gives everything up; completes nothing. */
  void shut() {
    life = Life.CLOSED;
    if (isOver()) {
      return;
    }
    end = End.SHUT;
    next.close();
    releaseMemory();
  }

  /** Gives everything up that nobody else has any more, after the end. */
  void releaseMemory() {
    if (inUseElsewhere) {
      return;
    }
    opener.discard();
    sealer.discard();
    if (!outflow.isWriting()) {
      sealer.out.discard();
    }
    settle();
    if (end == End.SHUT) {
      end = End.RELEASED;
      state.guarded.release();
    }
  }

  /** Says whether a task of another executor has the engine and the buffers. */
  void lend(boolean elsewhere) {
    inUseElsewhere = elsewhere;
  }

  /** Gives back the memory in which there is nothing. */
  void settle() {
    if (!inUseElsewhere) {
      opener.settle();
      sealer.out.settle();
    }
  }

  // ---- what the parts tell each other

  /** Returns whether anybody wants the bytes that the next layer has. */
  boolean wantsInput() {
    return !inUseElsewhere && (reads.isWaiting() || handshake != null || teardown != null);
  }

  /** Called when the next layer brought bytes, or will bring none any more. */
  void inputChanged() {
    if (handshake != null) {
      handshake.advance();
    } else if (teardown != null) {
      teardown.advance();
    } else if (!reads.advance()) {
      return; // it settles when it is through
    }
    settle();
  }

  /** Called when the next layer has taken bytes, or will take none any more. */
  void outputChanged() {
    if (handshake != null) {
      handshake.advance();
    } else if (teardown != null) {
      teardown.advance();
    }
    settle();
  }

  /** Called when records were opened, which may have left the engine with something to say. */
  void afterOpening() {
    if (sealer.hasMore()) {
      outflow.kick();
    }
    if (state.writeEnd != null && teardown == null && writes.isWaiting() && !writes.isSealed()) {
      writes.endPosted(state.writeEnd, 0);
    }
  }

  /** Called when the next layer takes nothing any more. */
  void outputFailed(IOException why) {
    state.outputFailed(why);
    state.alert = EngineState.Alert.NONE;
    sealer.discard();
    sealer.out.discard();
    // Nothing can be answered any more, so only what has arrived already is worth reading; and
    // whoever waits for more must learn that what was accepted from it is lost.
    intake.giveUp(why);
  }
}
