// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
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

/**
 * A read of a next layer is cancelled while it is on its way to the executor: runs of the handler,
 * outcome.
 */
@JCStressTest
@State
@Outcome(id = "1, ABORTED", expect = Expect.ACCEPTABLE, desc = "The request was heard.")
@Outcome(id = "0, NONE", expect = Expect.ACCEPTABLE, desc = "It came before the call.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The handler ran twice, or for another reason.")
public class EarlyCancelTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final Recorder handler = new Recorder(signal.slot());
  private final InMemoryStream stream = InMemoryPipe.create(executor).client();

  /** Starts the read. */
  @Actor
  public void start() {
    stream.asyncReadSome(ByteBuffer.allocate(1), handler);
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    signal.emit(CancellationType.TOTAL);
  }

  /** Runs what there is. */
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
