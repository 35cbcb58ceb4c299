// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Probe;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** From where an operation is initiated, and where its handler may run. */
enum Place {
  /** From a thread that is not the executor's. */
  FOREIGN,
  /** From a task of the executor. */
  POSTED,
  /** From a task of the executor, with a handler that may run within the call. */
  INLINE,
  /** From a task of the executor, with a handler that has an executor of its own. */
  OWN;

  /** Starts an operation there. */
  Outcome<Void> start(Side side, String name, Consumer<Outcome<Void>> operation) {
    Outcome<Void> outcome = side.outcome(name);
    switch (this) {
      case FOREIGN -> operation.accept(outcome);
      case POSTED -> side.run(() -> operation.accept(outcome));
      case INLINE -> side.run(() -> operation.accept(outcome.inline()));
      case OWN -> side.run(() -> operation.accept(outcome.on(new Probe(side.elsewhere()))));
    }
    return outcome;
  }

  Outcome<Void> startRead(Side side) {
    ByteBuffer target = this == POSTED ? ByteBuffer.allocateDirect(9) : ByteBuffer.allocate(9);
    return start(side, "read", outcome -> side.read(target, outcome));
  }

  Outcome<Void> startWait(Side side) {
    return start(side, "wait", side::waitReadable);
  }
}
