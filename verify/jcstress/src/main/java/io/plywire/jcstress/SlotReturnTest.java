// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An operation comes back to a slot for its next use while the signal emits. */
@JCStressTest
@State
@Outcome(id = "none", expect = Expect.ACCEPTABLE, desc = "The slot was empty.")
@Outcome(id = "A1", expect = Expect.ACCEPTABLE, desc = "The request was before the change.")
@Outcome(id = "B2", expect = Expect.ACCEPTABLE, desc = "The request was after the change.")
@Outcome(id = "A3", expect = Expect.ACCEPTABLE, desc = "The request was at the end.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An operation was called with the id of another.")
public class SlotReturnTest {
  private final CancellationSignal signal = new CancellationSignal();
  private final CancellationSlot.Cancellable a = this::cancelA;
  private volatile String reached = "none";

  /** Hangs the first operation in. */
  public SlotReturnTest() {
    signal.slot().assign(a, 1);
  }

  private void cancelA(long id, CancellationType type) {
    reached = "A" + id;
  }

  private void cancelB(long id, CancellationType type) {
    reached = "B" + id;
  }

  /** Asks for the end. */
  @Actor
  public void emit() {
    signal.emit(CancellationType.TOTAL);
  }

  /** Changes the operation. */
  @Actor
  public void change() {
    signal.slot().clear();
    signal.slot().assign(this::cancelB, 2);
    signal.slot().clear();
    signal.slot().assign(a, 3);
  }

  /** Looks who was called. */
  @Arbiter
  public void arbiter(L_Result r) {
    r.r1 = reached;
  }
}
