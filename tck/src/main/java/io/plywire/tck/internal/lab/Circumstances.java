// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.StreamException;
import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The conditions of one operation, found out from its initiation to its end. */
final class Circumstances {
  private static final Rule ANY_THREAD = Rule.of("A1.2");
  private static final Rule ERROR = Rule.of("A8.1");

  /** What is looked at in every operation. */
  private static final List<Rule> ALWAYS =
      Stream.of("A1.1", "A2.1", "A3.1", "A5.1", "A7.2", "N9.1").map(Rule::of).toList();

  private final Witness stream;
  private final String operation;
  private final boolean onExecutor;
  private final boolean ready;
  private int conditions;

  Circumstances(Witness stream, String operation, OperationRules rules, boolean first) {
    this.stream = stream;
    this.operation = operation;
    this.onExecutor = stream.executor().isCurrent();
    this.ready = stream.isReadyFor(operation);
    this.conditions =
        Conditions.with(
            rules.buffers(),
            first ? Condition.FIRST : Condition.AFTER,
            stream.scene().livesAlone(stream) ? Condition.ONE : Condition.MANY);
    lookBeside();
    if (stream.hasPeerEnded()) {
      conditions = Conditions.with(conditions, Condition.EOF);
    }
  }

  private void lookBeside() {
    if (stream.isOtherPending(operation)) {
      conditions = Conditions.with(conditions, Condition.BESIDE);
    }
  }

  /**
   * Notes how it ended, and what was looked at.
   *
   * @param within whether it ends inside its initiating call
   * @param waited whether the check knows that it had to wait
   */
  void ended(
      OperationRules rules,
      @Nullable IOException error,
      long bytes,
      boolean within,
      boolean waited) {
    lookBeside();
    Condition place =
        !onExecutor ? Condition.FOREIGN : within ? Condition.INLINE : Condition.POSTED;
    conditions = Conditions.with(conditions, place);
    if (ready && !waited) {
      conditions = Conditions.with(conditions, Condition.READY);
    } else if (waited || (!operation.equals("write") && !within)) {
      conditions = Conditions.with(conditions, Condition.WAITED);
    }
    // How the check cleans up is not what it looks at.
    Condition end = stream.isDismissed() ? null : endOf(error);
    if (end != null) {
      conditions = Conditions.with(conditions, end);
    }
    Conditions noted = stream.scene().conditions();
    noted.note(stream.scene().rule(), conditions);
    for (Rule rule : ALWAYS) {
      noted.note(rule, conditions);
    }
    if (!onExecutor) {
      noted.note(ANY_THREAD, conditions);
    }
    if (error != null) {
      noted.note(ERROR, conditions);
    }
    for (Rule rule : rules.lookedAt(error, bytes)) {
      noted.note(rule, conditions);
    }
  }

  /** Notes that one more rule was looked at. */
  void note(Rule rule) {
    stream.scene().conditions().note(rule, conditions);
  }

  private @Nullable Condition endOf(@Nullable IOException error) {
    if (error == null) {
      return operation.equals("teardown") ? Condition.TEARDOWN : null;
    }
    if (!(error instanceof StreamException known)) {
      return Condition.FAILURE;
    }
    return switch (known.error()) {
      case EOF -> Condition.EOF;
      case RESET -> Condition.RESET;
      case ABORTED, CLOSED ->
          known.cancellation() != null
              ? null
              : stream.isTornDown() ? Condition.TEARDOWN : Condition.CLOSE;
      default -> Condition.FAILURE;
    };
  }
}
