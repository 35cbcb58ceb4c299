// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.Associated;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the handler of an operation under test and watches what every operation has to
 * keep: that it completes once, in the right place, and either throws or completes.
 */
abstract class Watch implements Associated {
  static final Rule THROUGH = Rule.of("A3.2");
  static final Rule OWN = Rule.of("A4.1");
  private static final Rule ONCE = Rule.of("A2.1");
  private static final Rule NOT_WITHIN = Rule.of("A3.1");
  private static final Rule THROWN_OR_COMPLETED = Rule.of("A7.2");
  private static final Rule ERROR = Rule.of("A8.1");

  private final Scene scene;
  private final Associated handler;
  private final AtomicInteger completions = new AtomicInteger();
  private final long begun = System.nanoTime();
  private final String beganOn = Thread.currentThread().getName();
  private volatile @Nullable Thread initiating;
  private volatile boolean refused;

  Watch(Scene scene, Associated handler) {
    this.scene = scene;
    this.handler = handler;
    if (handler instanceof Outcome<?> outcome) {
      outcome.isOf(this);
    }
  }

  /** Makes the initiating call. */
  final void initiate(Runnable call) {
    initiating = Thread.currentThread();
    Call inProgress = scene.activity().callBegins(toString());
    scene.activity().initiated(this);
    try {
      call.run();
    } catch (RuntimeException e) {
      refused = true;
      scene.activity().ended(this);
      threw(e);
      if (hasCompleted()) {
        throw violation(THROWN_OR_COMPLETED, "threw after it had completed: " + e);
      }
      throw e;
    } finally {
      scene.activity().callReturned(inProgress);
      initiating = null;
    }
  }

  /** Looks at what the initiating call has thrown, and may throw something else. */
  abstract void threw(RuntimeException e);

  final boolean hasCompleted() {
    return completions.get() > 0;
  }

  /** Returns whether the initiating call is what completes it, now. */
  final boolean isWithinItsCall() {
    return initiating == Thread.currentThread();
  }

  /** Counts a completion; all but the first are reported, and are nobody else's business. */
  final boolean completesFirst() {
    int count = completions.incrementAndGet();
    if (count > 1) {
      scene.report(violation(ONCE, "completed " + count + " times"));
    }
    return count == 1;
  }

  /** Tells who waits for progress that it has ended. */
  final void ended() {
    scene.activity().ended(this);
  }

  /**
   * Verifies what is the same for all completions.
   *
   * @param home where a handler runs that names no executor, or null if it may be anywhere
   * @param place the rule that says so
   */
  final void verify(@Nullable IOException error, @Nullable StreamExecutor home, Rule place) {
    check(THROWN_OR_COMPLETED, !refused, "threw from the call and completes all the same");
    check(
        NOT_WITHIN,
        !isWithinItsCall() || handler.immediateExecutor() != null,
        "completes inside the initiating call, and its handler has no immediate executor");
    if (handler.immediateExecutor() instanceof Probe immediate) {
      check(
          THROUGH,
          !isWithinItsCall() || immediate.isCurrent(),
          "completes inside the initiating call and not through its immediate executor");
    }
    if (handler.executor() instanceof Probe own) {
      check(
          OWN,
          own.isCurrent() || isThroughImmediate(),
          "completes on " + Thread.currentThread().getName() + ", its handler has an executor");
    }
    check(
        place,
        handler.executor() != null || home == null || home.isCurrent(),
        "completes outside of the executor where it should, on "
            + Thread.currentThread().getName());
    check(
        ERROR,
        error == null || (error instanceof OperationException && hasMessage(error)),
        "fails with an error that has no code or no message: " + error);
  }

  private boolean isThroughImmediate() {
    return handler.immediateExecutor() instanceof Probe immediate && immediate.isCurrent();
  }

  private static boolean hasMessage(IOException error) {
    String message = error.getMessage();
    return message != null && !message.isBlank();
  }

  /** Returns the rule that is violated by its not ending, if that is certain, or null. */
  abstract @Nullable Rule violatedByHanging();

  /** Returns what it needs to end, for people to read, such as "for room". */
  abstract String waitsFor();

  /** Returns what is known of it while it has not ended, for people to read. */
  final String state() {
    return String.format(
        Locale.ROOT,
        "the %s, initiated %.1f s ago on %s, waits %s",
        this,
        (System.nanoTime() - begun) / 1e9,
        beganOn,
        waitsFor());
  }

  final void check(Rule rule, boolean condition, String what) {
    if (!condition) {
      throw violation(rule, what);
    }
  }

  /** Returns a violation by this operation, which is the subject of the sentence. */
  abstract Violation violation(Rule rule, String what);

  @Override
  public final @Nullable Executor executor() {
    return handler.executor();
  }

  @Override
  public final @Nullable Executor immediateExecutor() {
    return handler.immediateExecutor();
  }

  @Override
  public final CancellationSlot cancellationSlot() {
    return handler.cancellationSlot();
  }
}
