// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.reconnect.ReconnectorState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of a {@link Reconnector}: one {@link Session} after the other, with pauses, until it
 * is told to stop. Lives on the executor; only the state is read by others.
 */
final class Cycle {
  private static final Logger log = LoggerFactory.getLogger(Reconnector.class);

  private final Reconnector.Builder choices;
  private final StreamExecutor executor;
  private final Outbox outbox;

  private volatile ReconnectorState state;
  private @Nullable Session session;
  private StreamExecutor.@Nullable Timer waiting;
  private StreamExecutor.@Nullable Timer expiry;
  private int failures;
  private boolean wasOpen; // at least once
  private boolean delivering; // the application works on a message
  private boolean stopping;
  private @Nullable List<Handler<ReconnectorState>> closers;

  Cycle(Reconnector.Builder choices) {
    this.choices = choices;
    this.executor = choices.executor;
    this.outbox = new Outbox(executor, choices.outbox, this::roused);
    this.state = state(Phase.CONNECTING, 0, Duration.ZERO, null);
  }

  Outbox outbox() {
    return outbox;
  }

  ReconnectorState state() {
    return state;
  }

  // ---- what a session asks

  @Nullable OpenHandler openHandler() {
    return choices.openHandler;
  }

  boolean resends() {
    return choices.resend;
  }

  boolean isDelivering() {
    return delivering;
  }

  // ---- from state to state

  void connect() {
    waiting = null;
    if (stopping) {
      return; // it was closed before it began
    }
    Session next = new Session(this, executor, outbox, !wasOpen);
    session = next;
    become(Phase.CONNECTING, state.attempt() + 1, Duration.ZERO, state.ending());
    next.start(choices.dial, choices.attemptTimeout);
  }

  void opening() {
    become(Phase.OPENING, state.attempt(), Duration.ZERO, state.ending());
  }

  void opened() {
    wasOpen = true;
    become(Phase.OPEN, state.attempt(), Duration.ZERO, state.ending());
  }

  /** A session is over, and nothing of it remains. */
  void over(
      Ending.Stage stage,
      Duration open,
      @Nullable IOException error,
      @Nullable CloseOutcome outcome) {
    session = null;
    if (open.compareTo(choices.backoff.stableAfter()) >= 0) {
      failures = 0;
    }
    failures = Math.min(failures, Integer.MAX_VALUE - 1) + 1;
    Ending ending = new Ending(stage, failures, open, error, outcome);
    RetryPolicy.Decision decision = stopping ? RetryPolicy.Decision.stop() : decide(ending);
    if (!decision.again()) {
      stop(ending);
      return;
    }
    Duration delay = choices.backoff.delay(failures, decision, choices.random());
    waiting = executor.schedule(delay, this::connect);
    become(Phase.WAITING, state.attempt(), delay, ending);
    watchAges(); // of what has come back into the outbox
  }

  /** A policy that throws has no say: waiting longer each time harms nobody. */
  private RetryPolicy.Decision decide(Ending ending) {
    RetryPolicy.Decision[] decision = {RetryPolicy.Decision.retry()};
    guarded(
        "retry policy",
        () -> decision[0] = Objects.requireNonNull(choices.policy.decide(ending), "no decision"));
    return decision[0];
  }

  private void stop(@Nullable Ending ending) {
    String why = stopping ? "the Reconnector was closed" : "the Reconnector has stopped: " + ending;
    stopping = true;
    if (expiry != null) {
      expiry.cancel();
      expiry = null;
    }
    become(Phase.STOPPED, state.attempt(), Duration.ZERO, ending);
    outbox.close(why, ending == null ? null : ending.error());
    if (closers != null) {
      closers.forEach(this::tellStopped);
      closers = null;
    }
  }

  private void become(Phase phase, long attempt, Duration delay, @Nullable Ending ending) {
    state = state(phase, attempt, delay, ending);
    guarded("listener for states", () -> choices.stateListener.accept(state));
  }

  private ReconnectorState state(
      Phase phase, long attempt, Duration delay, @Nullable Ending ending) {
    return new ReconnectorState(phase, attempt, executor.nanoTime(), delay, ending);
  }

  // ---- messages

  /** Something has come into the outbox. */
  private void roused() {
    outbox.roused();
    watchAges();
    if (session != null) {
      session.writeOn();
    }
  }

  private void watchAges() {
    Duration next = outbox.expire();
    if (next != null && expiry == null && state.phase() != Phase.STOPPED) {
      expiry =
          executor.schedule(
              next,
              () -> {
                expiry = null;
                watchAges();
              });
    }
  }

  /** Hands a message to the application, which says when it is done with it. */
  void deliver(Message message) {
    delivering = true;
    AtomicBoolean told = new AtomicBoolean();
    boolean[] within = {true};
    Runnable next =
        () -> {
          if (!told.compareAndSet(false, true)) {
            return;
          }
          if (executor.isCurrent() && within[0]) {
            delivering = false; // whoever delivers reads on
          } else {
            executor.execute(this::delivered);
          }
        };
    boolean fine = guarded("handler of messages", () -> choices.receiver.accept(message, next));
    within[0] = false;
    if (!fine) {
      next.run();
      if (session != null) {
        session.close(CloseReason.of(CloseCode.INTERNAL_ERROR));
      }
    }
  }

  private void delivered() {
    delivering = false;
    if (session != null) {
      session.readOn();
    }
  }

  // ---- stopping

  void close(CloseReason reason, @Nullable Handler<ReconnectorState> handler) {
    if (state.phase() == Phase.STOPPED) {
      if (handler != null) {
        tellStopped(handler);
      }
      return;
    }
    if (handler != null) {
      closers = closers == null ? new ArrayList<>(1) : closers;
      closers.add(handler);
    }
    if (stopping) {
      return;
    }
    stopping = true;
    if (session == null) {
      cancelWaiting();
      stop(state.ending());
    } else {
      become(Phase.CLOSING, state.attempt(), Duration.ZERO, state.ending());
      session.close(reason);
    }
  }

  void abort() {
    if (session == null) {
      close(CloseReason.NORMAL, null);
      return;
    }
    if (!stopping) {
      stopping = true;
      become(Phase.CLOSING, state.attempt(), Duration.ZERO, state.ending());
    }
    session.abort();
  }

  private void cancelWaiting() {
    if (waiting != null) {
      waiting.cancel();
      waiting = null;
    }
  }

  private void tellStopped(Handler<ReconnectorState> handler) {
    ReconnectorState last = state;
    Completions.post(
        handler,
        executor,
        () -> guarded("handler of a close", () -> handler.completed(null, last)));
  }

  /** Runs a stranger's code; returns whether it went well. */
  private boolean guarded(String whose, Runnable code) {
    try {
      code.run();
      return true;
    } catch (Throwable e) {
      log.error("A {} of a reconnector threw; it {}", whose, state, e);
      return false;
    }
  }
}
