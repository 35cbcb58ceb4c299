// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamException;
import io.plywire.tck.Rule;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One operation of a stream under test. */
final class Watched extends Watch implements IoHandler {
  private static final Rule ANY_THREAD = Rule.of("A1.2");
  private static final Rule BOTH = Rule.of("N3.1");
  private static final Rule FREE = Rule.of("A5.1");
  private static final Rule PLACE = Rule.of("N9.1");

  private final Witness stream;
  private final String operation;
  private final IoHandler handler;
  private final OperationRules rules;
  private final Circumstances circumstances;
  private final boolean alone;

  Watched(Witness stream, String operation, IoHandler handler, OperationRules rules) {
    super(stream.scene(), handler);
    this.stream = stream;
    this.operation = operation;
    this.handler = handler;
    this.rules = rules;
    this.circumstances = new Circumstances(stream, operation, rules, stream.beginsFirst(operation));
    this.alone = stream.begins(operation);
  }

  @Override
  void threw(RuntimeException e) {
    stream.ended(operation);
    if (alone && e instanceof OperationPendingException && !hasCompleted()) {
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
  }

  /** The state is as it should be, so what is illegal can only be who calls. */
  private boolean isRefusalOfTheThread(RuntimeException e) {
    return e instanceof IllegalStateException
        && !(e instanceof OperationPendingException)
        && stream.isOpen();
  }

  private boolean isRefusalOfTheBuffers(RuntimeException e) {
    return !(e instanceof IllegalStateException) && !hasCompleted() && stream.isOpen();
  }

  private boolean namesOwnKind(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return isReading()
        ? message.contains("asyncReadSome") || message.contains("asyncWait")
        : message.contains("asyncWriteSome") || message.contains("asyncTeardown");
  }

  private boolean isReading() {
    return operation.equals("read") || operation.equals("wait");
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    stream.trace(
        "%s completes: %d bytes%s%s",
        operation, bytes, rules.glimpse(bytes), error == null ? "" : ", " + error);
    if (!completesFirst()) {
      return; // whoever waits was told
    }
    if (operation.equals("read") && error instanceof StreamException known) {
      stream.sawEnd(known.error());
    }
    noteConditions(error, bytes);
    try {
      verify(error, stream.executor(), PLACE);
      rules.verify(error, bytes);
    } catch (Violation e) {
      stream.scene().report(e);
    }
    stream.ended(operation);
    ended();
    handler.completed(error, bytes);
  }

  private void noteConditions(@Nullable IOException error, long bytes) {
    boolean waited = handler instanceof Outcome<?> outcome && outcome.hasWaited();
    circumstances.ended(rules, error, bytes, isWithinItsCall(), waited);
    if (isWithinItsCall() && handler.immediateExecutor() instanceof Probe) {
      circumstances.note(THROUGH);
    }
    if (handler.executor() instanceof Probe) {
      circumstances.note(OWN);
    }
  }

  @Override
  @Nullable Rule violatedByHanging() {
    return isReading() ? stream.violatedByAHangingRead() : null;
  }

  @Override
  String waitsFor() {
    return stream.waitsFor(operation);
  }

  @Override
  Violation violation(Rule rule, String what) {
    return stream.scene().violation(rule, stream.name() + "'s " + operation + " " + what);
  }

  @Override
  public String toString() {
    return operation + " of the " + stream.name();
  }
}
