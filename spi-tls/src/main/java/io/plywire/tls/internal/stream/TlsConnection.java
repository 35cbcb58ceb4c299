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
   * end a Teardown. Each goes on whenever inputChanged or outputChanged says so.
   */

  private static final int OPEN = 0;
  private static final int ENDING = 1;
  private static final int CLOSED = 2;

  private static final VarHandle LIFE;

  static {
    try {
      LIFE = MethodHandles.lookup().findVarHandle(TlsConnection.class, "life", int.class);
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
  private volatile int life = OPEN;

  private boolean over;
  private boolean released;
  private boolean inUseElsewhere; // a task of the handshake has the engine and the buffers
  private @Nullable Handshake<?> handshake;
  private @Nullable Teardown teardown;

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
    return life != CLOSED;
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
    writes.initiateTeardown(role, handler);
  }

  /** Closes at once. */
  public void close() {
    if ((int) LIFE.getAndSet(this, CLOSED) != CLOSED) {
      executor.dispatch(this::closeNow);
    }
  }

  /** Returns whether operations may be initiated. */
  boolean isOpenForUse() {
    return life == OPEN;
  }

  /**
   * Lets no further operation be initiated.
   *
   * @return whether they might have been until now
   */
  boolean beginEnding() {
    return LIFE.compareAndSet(this, OPEN, ENDING);
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
    return over;
  }

  /** Returns whether operations can go on. */
  boolean isUsable() {
    return !over && teardown == null;
  }

  @Nullable Teardown teardown() {
    return teardown;
  }

  void startHandshake(Handshake<?> started) {
    handshake = started;
  }

  void endHandshake() {
    handshake = null;
  }

  void startTeardown(Role role) {
    Teardown started = new Teardown(this, role);
    teardown = started;
    if (reads.isWaiting()) {
      reads.endPosted(reads.aborted("the stream is being torn down: " + this), 0);
    }
    opener.discard();
    started.start();
  }

  /** Closes, and ends what is pending. */
  void closeNow() {
    if (over) {
      return;
    }
    if (state.isEstablished() && teardown == null && state.writeEnd == null && outflow.isFree()) {
      // The peer got everything: a goodbye is the truth, and costs one try.
      sealer.sealGoodbye();
      outflow.kick();
    }
    shut();
    if (reads.isWaiting()) {
      reads.endPosted(reads.aborted("the stream was closed: " + this), 0);
    }
    if (writes.isWaiting()) {
      writes.endPosted(writes.aborted("the stream was closed: " + this), 0);
    }
  }

  /** Closes the next layer and gives everything up; completes nothing. */
  void shut() {
    life = CLOSED;
    if (over) {
      return;
    }
    over = true;
    if (teardown != null) {
      teardown.stop();
    }
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
    if (!released) {
      released = true;
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
      teardown.step();
    } else if (reads.isAdvancing()) {
      reads.goOn();
      return; // which settles when it is through
    } else {
      reads.advance();
    }
    settle();
  }

  /** Called when the next layer has taken bytes, or will take none any more. */
  void outputChanged() {
    if (handshake != null) {
      handshake.advance();
    } else if (teardown != null) {
      teardown.step();
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
    state.alertDue = false;
    sealer.discard();
    sealer.out.discard();
    // Nothing can be answered any more, so only what has arrived already is worth reading; and
    // whoever waits for more must learn that what was accepted from it is lost.
    intake.giveUp(why);
  }
}
