// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.Iteration;
import io.plywire.spi.OneShotOperation;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The handshake: takes a new connection to the point where data can flow, or closes it.
 *
 * <p>Reading and writing cross each other freely. Slow work of the engine goes to its task executor
 * if there is one; meanwhile nobody else touches the engine or the buffers. Otherwise it is done in
 * {@linkplain HandshakeTurns turns}.
 *
 * @param <S> the type of the stream that is ready then
 */
public final class Handshake<S> extends OneShotOperation<S> implements Iteration.Step {
  /** How long the peer may take to receive our alert and to end its side. */
  static final Duration FAREWELL_TIME = Duration.ofSeconds(1);

  private enum State {
    /** The engine can be asked what comes next. */
    SHAKING,
    /** A task of the engine runs on another executor. */
    ELSEWHERE,
    /** It has failed, and the peer is being told. */
    ALERTING,
    /** The peer was told, and the next layer is being torn down. */
    NEXT_LAYER
  }

  private final TlsConnection connection;
  private final S stream;
  private final Duration timeout;
  private final HandshakeSteps steps;
  private final Iteration iteration = new Iteration();

  private final long begun = HandshakeTurns.newBeginning();

  private State state = State.SHAKING;
  private boolean awaitsTurn;
  private boolean hasTurn;
  private HandshakeSteps.@Nullable Need broughtBack; // by the task that ran elsewhere
  private @Nullable TlsException failure;

  private Handshake(
      TlsConnection connection, S stream, Duration timeout, Handler<? super S> handler) {
    super(connection.executor, handler);
    this.connection = connection;
    this.stream = stream;
    this.timeout = timeout;
    this.steps = new HandshakeSteps(connection.state, connection.opener, connection.sealer);
  }

  /**
   * Initiates the handshake; any thread.
   *
   * @param <S> the type of the stream
   * @param connection a new connection
   * @param stream the stream on top of it
   * @param timeout how long it may take; zero means no limit
   * @param handler gets the stream
   */
  public static <S> void initiate(
      TlsConnection connection, S stream, Duration timeout, Handler<? super S> handler) {
    new Handshake<>(connection, stream, timeout, handler).initiate();
  }

  @Override
  protected void start() {
    connection.startHandshake(this);
    limit(timeout);
    advance();
  }

  /** Goes on as far as it can; called when something has changed. */
  void advance() {
    iteration.run(this);
  }

  @Override
  public void step() {
    if (isOver()) {
      return;
    }
    switch (state) {
      case SHAKING -> {
        HandshakeSteps.Need need = broughtBack;
        broughtBack = null;
        if (need == null) {
          goInTurn();
        } else {
          serve(need);
          iteration.again();
        }
      }
      case ALERTING -> tellPeer();
      case ELSEWHERE, NEXT_LAYER -> {}
    }
  }

  /** Returns the place in the order of beginnings. */
  long begun() {
    return begun;
  }

  private void goInTurn() {
    if (hasTurn || steps.waitsForInput()) {
      go();
    } else if (!awaitsTurn) {
      awaitsTurn = true;
      if (!HandshakeTurns.await(this, connection.executor)) {
        takeTurn();
      }
    }
  }

  /** Does whatever can be done without the peer. */
  void takeTurn() {
    awaitsTurn = false;
    hasTurn = true;
    try {
      advance();
    } catch (RuntimeException | Error e) {
      if (isOver()) {
        throw e; // after the end
      }
      fail(brokenOff(e));
    } finally {
      hasTurn = false;
    }
    connection.settle();
  }

  private void go() {
    steps.prepare();
    Executor tasks = connection.state.guarded.taskExecutor();
    if (tasks == null || connection.state.traits.delegatesTasks() || steps.waitsForInput()) {
      serve(steps.go());
      return;
    }
    connection.outflow.kick();
    if (!connection.outflow.isWriting()) {
      runElsewhere(tasks, steps::go);
    }
  }

  private void serve(HandshakeSteps.Need need) {
    switch (need) {
      case INPUT -> {
        connection.outflow.kick();
        if (connection.opener.isInputEnded()) {
          fail(connection.opener.endOfInput());
        } else {
          connection.intake.request();
        }
      }
      case ROOM -> {
        connection.outflow.kick();
        if (!connection.outflow.isWriting()) {
          iteration.again();
        }
      }
      case TASK -> runTasks();
      case NOTHING -> established();
      case FAILED -> failed(steps.failure());
    }
  }

  // ---- slow work

  private void runTasks() {
    connection.outflow.kick();
    Executor tasks = connection.state.guarded.taskExecutor();
    if (tasks == null) {
      runTasksHere();
      iteration.again();
    } else {
      runElsewhere(
          tasks,
          () -> {
            runTasksHere();
            return null;
          });
    }
  }

  private void runTasksHere() {
    connection.state.runTasks();
    steps.tasksHaveRun();
  }

  /** Slow work, of which nothing may be left when it returns. */
  @FunctionalInterface
  private interface Work {
    HandshakeSteps.@Nullable Need run();
  }

  private void runElsewhere(Executor tasks, Work work) {
    state = State.ELSEWHERE;
    connection.lend(true);
    try {
      tasks.execute(() -> doElsewhere(work));
    } catch (RuntimeException e) {
      state = State.SHAKING;
      connection.lend(false);
      steps.threw(e);
      failed(new TlsException(TlsError.ENGINE, "the task executor of TLS refused a task: " + e, e));
    }
  }

  private void doElsewhere(Work work) {
    HandshakeSteps.Need need;
    try {
      need = work.run();
    } catch (RuntimeException | Error e) {
      steps.threw(e);
      need = HandshakeSteps.Need.FAILED;
    }
    HandshakeSteps.Need result = need;
    connection.executor.execute(() -> cameBack(result));
  }

  private void cameBack(HandshakeSteps.@Nullable Need need) {
    state = State.SHAKING;
    connection.lend(false);
    if (connection.isOver()) {
      connection.releaseMemory();
      return;
    }
    broughtBack = need;
    advance();
    connection.settle();
  }

  // ---- ends

  private void established() {
    try {
      connection.state.established(connection.state.guarded.established());
    } catch (TlsException e) {
      connection.state.failHere(e); // the peer believes that all is well
      failed(e);
      return;
    }
    connection.endHandshake();
    connection.state.controlDue = true; // tickets, for example
    connection.outflow.kick();
    connection.settle();
    succeed(stream);
  }

  private void failed(TlsException why) {
    connection.state.fail(why);
    failure = why;
    state = State.ALERTING;
    limit(FAREWELL_TIME);
    iteration.again();
  }

  /** Tells the peer why, and lets the next layer end without losing that. */
  private void tellPeer() {
    connection.outflow.kick();
    if (!connection.outflow.isFree() || isOver()) {
      return;
    }
    state = State.NEXT_LAYER;
    IOException why = Objects.requireNonNull(failure);
    try {
      connection.next.asyncTeardown(Role.SERVER, (error, bytes) -> fail(why));
    } catch (RuntimeException e) {
      fail(why);
    }
  }

  @Override
  protected IOException timedOut(Duration time) {
    return failure != null
        ? failure
        : new StreamException(
            StreamError.TIMEOUT,
            "the TLS handshake was not done within " + Durations.text(time) + ": " + connection);
  }

  @Override
  protected IOException cancelled(CancellationType type) {
    return failure != null
        ? failure
        : StreamException.cancelled(
            type, "the TLS handshake was cancelled, the stream below is closed");
  }

  @Override
  protected void ended(@Nullable IOException error) {
    if (awaitsTurn) {
      HandshakeTurns.forget(this, connection.executor);
    }
    if (error != null) {
      connection.endHandshake();
      connection.shut();
    }
  }

  @Override
  public String toString() {
    return "the TLS handshake of " + connection;
  }
}
