// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamException;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One operation under test: stands before its handler and watches how it is completed. */
final class Watched implements IoHandler {
  private static final Rule ANY_THREAD = Rule.of("A1.2");
  private static final Rule ONCE = Rule.of("A2.1");
  private static final Rule NOT_WITHIN = Rule.of("A3.1");
  private static final Rule THROUGH = Rule.of("A3.2");
  private static final Rule OWN = Rule.of("A4.1");
  private static final Rule BOTH = Rule.of("N3.1");
  private static final Rule FREE = Rule.of("A5.1");
  private static final Rule THROWN_OR_COMPLETED = Rule.of("A7.2");
  private static final Rule ERROR = Rule.of("A8.1");
  private static final Rule PLACE = Rule.of("N9.1");

  private final Witness stream;
  private final String operation;
  private final IoHandler handler;
  private final OperationRules rules;
  private final AtomicInteger calls = new AtomicInteger();
  private final Circumstances circumstances;
  private final long begun = System.nanoTime();
  private final String beganOn = Thread.currentThread().getName();
  private volatile @Nullable Thread initiating;
  private volatile boolean refused;

  Watched(Witness stream, String operation, IoHandler handler, OperationRules rules) {
    this.stream = stream;
    this.operation = operation;
    this.handler = handler;
    this.rules = rules;
    this.circumstances = new Circumstances(stream, operation, rules, stream.beginsFirst(operation));
    if (handler instanceof Outcome<?> outcome) {
      outcome.isOf(this);
    }
  }

  void initiate(Runnable call) {
    initiating = Thread.currentThread();
    boolean alone = stream.begins(operation);
    Call inProgress = stream.scene().callBegins(toString());
    stream.scene().initiated(this);
    try {
      call.run();
    } catch (RuntimeException e) {
      refused = true;
      stream.ended(operation);
      stream.scene().ended(this);
      if (alone && e instanceof OperationPendingException && calls.get() == 0) {
        Violation stillHeld =
            stream.isOtherPending(operation) && !namesOwnKind(e)
                ? violation(BOTH, "is refused because of one in the other direction: " + e)
                : violation(FREE, "is refused though no other is outstanding: " + e);
        stream.scene().report(stillHeld);
        throw stillHeld;
      }
      stream.trace("%s throws %s", operation, e);
      if (alone && isRefusalOfTheThread(e)) {
        throw violation(
            ANY_THREAD, "throws on the thread " + Thread.currentThread().getName() + ": " + e);
      }
      Rule kinds = rules.kinds();
      if (alone && kinds != null && isRefusalOfTheBuffers(e)) {
        throw violation(kinds, "throws: " + e);
      }
      if (calls.get() > 0) {
        throw violation(THROWN_OR_COMPLETED, "threw after it had completed: " + e);
      }
      throw e;
    } finally {
      stream.scene().callReturned(inProgress);
      initiating = null;
    }
  }

  /** The state is as it should be, so what is illegal can only be who calls. */
  private boolean isRefusalOfTheThread(RuntimeException e) {
    return e instanceof IllegalStateException
        && !(e instanceof OperationPendingException)
        && stream.isOpen();
  }

  private boolean isRefusalOfTheBuffers(RuntimeException e) {
    return !(e instanceof IllegalStateException) && calls.get() == 0 && stream.isOpen();
  }

  private boolean namesOwnKind(RuntimeException e) {
    boolean reading = operation.equals("read") || operation.equals("wait");
    String message = String.valueOf(e.getMessage());
    return reading
        ? message.contains("asyncReadSome") || message.contains("asyncWait")
        : message.contains("asyncWriteSome") || message.contains("asyncTeardown");
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    stream.trace(
        "%s completes: %d bytes%s%s",
        operation, bytes, rules.glimpse(bytes), error == null ? "" : ", " + error);
    if (calls.incrementAndGet() > 1) {
      stream.scene().report(violation(ONCE, "completed " + calls + " times"));
      return; // whoever waits was told
    }
    if (operation.equals("read") && error instanceof StreamException known) {
      stream.sawEnd(known.error());
    }
    boolean within = initiating == Thread.currentThread();
    boolean waited = handler instanceof Outcome<?> outcome && outcome.hasWaited();
    circumstances.ended(rules, error, bytes, within, waited);
    if (within && handler.immediateExecutor() instanceof Probe) {
      circumstances.note(THROUGH);
    }
    if (handler.executor() instanceof Probe) {
      circumstances.note(OWN);
    }
    try {
      verify(error, bytes);
    } catch (Violation e) {
      stream.scene().report(e);
    }
    stream.ended(operation);
    stream.scene().ended(this);
    handler.completed(error, bytes);
  }

  private void verify(@Nullable IOException error, long bytes) {
    check(THROWN_OR_COMPLETED, !refused, "threw from the call and completes all the same");
    check(
        NOT_WITHIN,
        initiating != Thread.currentThread() || handler.immediateExecutor() != null,
        "completes inside the initiating call, and its handler has no immediate executor");
    if (handler.immediateExecutor() instanceof Probe immediate) {
      check(
          THROUGH,
          initiating != Thread.currentThread() || immediate.isCurrent(),
          "completes inside the initiating call and not through its immediate executor");
    }
    if (handler.executor() instanceof Probe own) {
      check(
          OWN,
          own.isCurrent() || isThroughImmediate(),
          "completes on " + Thread.currentThread().getName() + ", its handler has an executor");
    }
    check(
        PLACE,
        handler.executor() != null || stream.executor().isCurrent(),
        "completes outside of the stream's executor, on " + Thread.currentThread().getName());
    check(
        ERROR,
        error == null || (error instanceof OperationException && hasMessage(error)),
        "fails with an error that has no code or no message: " + error);
    rules.verify(error, bytes);
  }

  private boolean isThroughImmediate() {
    return handler.immediateExecutor() instanceof Probe immediate && immediate.isCurrent();
  }

  private static boolean hasMessage(IOException error) {
    String message = error.getMessage();
    return message != null && !message.isBlank();
  }

  /** Returns the rule that is violated by its not ending, if that is certain, or null. */
  @Nullable Rule violatedByHanging() {
    boolean reading = operation.equals("read") || operation.equals("wait");
    return reading ? stream.violatedByAHangingRead() : null;
  }

  /** Returns what it needs to end, for people to read. */
  String state() {
    return String.format(
        Locale.ROOT,
        "the %s, initiated %.1f s ago on %s, waits %s",
        this,
        (System.nanoTime() - begun) / 1e9,
        beganOn,
        stream.waitsFor(operation));
  }

  @Override
  public String toString() {
    return operation + " of the " + stream.name();
  }

  private void check(Rule rule, boolean condition, String what) {
    if (!condition) {
      throw violation(rule, what);
    }
  }

  private Violation violation(Rule rule, String what) {
    return stream.scene().violation(rule, stream.name() + "'s " + operation + " " + what);
  }

  @Override
  public @Nullable Executor executor() {
    return handler.executor();
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return handler.immediateExecutor();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return handler.cancellationSlot();
  }
}
