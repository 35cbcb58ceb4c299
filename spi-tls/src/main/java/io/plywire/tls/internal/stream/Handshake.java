// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
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
 * if there is one; meanwhile nobody else touches the engine or the buffers.
 *
 * @param <S> the type of the stream that is ready then
 */
public final class Handshake<S> implements CancellationSlot.Cancellable {
  /** How long the peer may take to receive our alert and to end its side. */
  static final Duration FAREWELL_TIME = Duration.ofSeconds(1);

  private final TlsConnection connection;
  private final S stream;
  private final Duration timeout;
  private final Handler<? super S> handler;
  private final HandshakeSteps steps;

  private @Nullable Timer timer;
  private boolean initiating;
  private boolean advancing;
  private boolean again;
  private boolean elsewhere; // a task runs
  private boolean done;
  private @Nullable TlsException failure; // the peer is being told
  private boolean below; // the next layer is being torn down

  private Handshake(
      TlsConnection connection, S stream, Duration timeout, Handler<? super S> handler) {
    this.connection = connection;
    this.stream = stream;
    this.timeout = timeout;
    this.handler = handler;
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
    Objects.requireNonNull(handler, "handler");
    Handshake<S> handshake = new Handshake<>(connection, stream, timeout, handler);
    handler.cancellationSlot().assign(handshake, 0);
    if (connection.executor.isCurrent()) {
      handshake.initiating = true;
      handshake.start();
      handshake.initiating = false;
    } else {
      connection.executor.execute(handshake::start);
    }
  }

  private void start() {
    connection.startHandshake(this);
    if (!timeout.isZero()) {
      timer = connection.executor.schedule(timeout, this::timedOut);
    }
    advance();
  }

  /** Goes on as far as it can; called when something has changed. */
  void advance() {
    if (advancing) {
      again = true;
      return;
    }
    advancing = true;
    do {
      again = false;
      if (done || elsewhere) {
        break;
      }
      if (failure != null) {
        sayFarewell();
      } else {
        go();
      }
    } while (again);
    advancing = false;
  }

  private void go() {
    steps.prepare();
    Executor tasks = connection.state.guarded.taskExecutor();
    if (tasks == null || connection.state.traits.delegatesTasks() || steps.waitsForInput()) {
      heed(steps.go());
      return;
    }
    connection.outflow.kick();
    if (!connection.outflow.isWriting()) {
      runElsewhere(tasks, steps::go);
    }
  }

  private void heed(HandshakeSteps.Need need) {
    switch (need) {
      case INPUT -> {
        connection.outflow.kick();
        if (connection.opener.isInputEnded()) {
          finish(connection.opener.endOfInput());
        } else {
          connection.intake.request();
        }
      }
      case ROOM -> {
        connection.outflow.kick();
        again |= !connection.outflow.isWriting();
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
      connection.state.runTasks();
      again = true;
    } else {
      runElsewhere(
          tasks,
          () -> {
            connection.state.runTasks();
            return null;
          });
    }
  }

  /** Slow work, of which nothing may be left when it returns. */
  @FunctionalInterface
  private interface Work {
    HandshakeSteps.@Nullable Need run();
  }

  private void runElsewhere(Executor tasks, Work work) {
    elsewhere = true;
    connection.lend(true);
    try {
      tasks.execute(() -> doElsewhere(work));
    } catch (RuntimeException e) {
      elsewhere = false;
      connection.lend(false);
      steps.troubled(e);
      failed(new TlsException(TlsError.ENGINE, "the task executor of TLS refused a task: " + e, e));
    }
  }

  private void doElsewhere(Work work) {
    HandshakeSteps.Need need;
    try {
      need = work.run();
    } catch (RuntimeException | Error e) {
      steps.troubled(e);
      need = HandshakeSteps.Need.FAILED;
    }
    HandshakeSteps.Need result = need;
    connection.executor.execute(() -> cameBack(result));
  }

  private void cameBack(HandshakeSteps.@Nullable Need need) {
    elsewhere = false;
    connection.lend(false);
    if (connection.isOver()) {
      connection.releaseMemory();
      return;
    }
    if (need != null) {
      advancing = true;
      heed(need);
      advancing = false;
    }
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
    deliver(null);
  }

  private void failed(TlsException why) {
    connection.state.fail(why);
    failure = why;
    stopTimer();
    timer = connection.executor.schedule(FAREWELL_TIME, () -> finish(why));
    again = true;
  }

  /** Tells the peer why, and lets the next layer end without losing that. */
  private void sayFarewell() {
    connection.outflow.kick();
    if (below || !connection.outflow.isFree() || done) {
      return;
    }
    below = true;
    try {
      connection.next.asyncTeardown(Role.SERVER, (error, bytes) -> finish(failure));
    } catch (RuntimeException e) {
      finish(failure);
    }
  }

  private void timedOut() {
    finish(
        new StreamException(
            StreamError.TIMEOUT,
            "the TLS handshake was not done within " + timeout.toMillis() + " ms: " + connection));
  }

  @Override
  public void cancel(long id, CancellationType type) {
    connection.executor.execute(
        () ->
            finish(
                failure != null
                    ? failure
                    : StreamException.cancelled(
                        type, "the TLS handshake was cancelled, the stream below is closed")));
  }

  /** Ends unsuccessfully. */
  private void finish(@Nullable IOException why) {
    if (!done) {
      connection.endHandshake();
      connection.shut();
      deliver(why);
    }
  }

  private void deliver(@Nullable IOException error) {
    done = true;
    stopTimer();
    handler.cancellationSlot().clear();
    S result = error == null ? stream : null;
    if (initiating) {
      Completions.immediately(handler, connection.executor, error, result);
    } else {
      Completions.later(handler, connection.executor, error, result);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
