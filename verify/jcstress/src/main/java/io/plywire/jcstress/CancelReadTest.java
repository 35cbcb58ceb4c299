// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IL_Result;

/** A read of a next layer is cancelled while it completes: runs of the handler, outcome. */
@JCStressTest
@State
@Outcome(id = "1, SUCCESS", expect = Expect.ACCEPTABLE, desc = "Completion was first.")
@Outcome(id = "1, ABORTED", expect = Expect.ACCEPTABLE, desc = "Cancellation was first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The handler did not run exactly once.")
public class CancelReadTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final Recorder handler = new Recorder(signal.slot());

  /** Starts a read for which a byte is there. */
  public CancelReadTest() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    pipe.server().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, new Recorder());
    executor.runUntilIdle();
    pipe.client().asyncReadSome(ByteBuffer.allocate(1), handler);
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    signal.emit(CancellationType.TOTAL);
  }

  /** Completes. */
  @Actor
  public void run() {
    executor.runUntilIdle();
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(IL_Result r) {
    executor.runUntilIdle();
    r.r1 = handler.runs();
    r.r2 = handler.outcome();
  }
}
