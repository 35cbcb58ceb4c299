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
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A read is cancelled while it completes and its handler starts the next, which has no slot:
 * outcome of the first, outcome of the second.
 */
@JCStressTest
@State
@Outcome(id = "SUCCESS, NONE", expect = Expect.ACCEPTABLE, desc = "Completion was first.")
@Outcome(id = "ABORTED, SUCCESS", expect = Expect.ACCEPTABLE, desc = "Cancellation was first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A late request reached the next read.")
public class LateCancelTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final InMemoryStream stream;
  private final Recorder second = new Recorder();
  private final Recorder first = new Recorder(signal.slot(), this::startSecond);

  /** Starts a read for which a byte is there. */
  public LateCancelTest() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    stream = pipe.client();
    pipe.server().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, new Recorder());
    executor.runUntilIdle();
    stream.asyncReadSome(ByteBuffer.allocate(1), first);
  }

  private void startSecond() {
    stream.asyncReadSome(ByteBuffer.allocate(1), second);
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    signal.emit(CancellationType.TOTAL);
  }

  /** Completes the first and starts the second. */
  @Actor
  public void run() {
    executor.runUntilIdle();
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(LL_Result r) {
    executor.runUntilIdle();
    r.r1 = first.outcome();
    r.r2 = second.outcome();
  }
}
