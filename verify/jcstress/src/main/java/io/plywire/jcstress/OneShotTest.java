// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/**
 * An operation with an object of its own is cancelled and failed by two threads while a third one
 * is in the initiating call, which sets a deadline: runs of the handler, timers that are left,
 * outcome.
 */
@JCStressTest
@State
@Outcome(id = "1, 0, ABORTED", expect = Expect.ACCEPTABLE, desc = "The request was first.")
@Outcome(id = "1, 0, RESET", expect = Expect.ACCEPTABLE, desc = "The failure was first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It did not end exactly once, or something is left.")
public class OneShotTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final Recorder handler = new Recorder();
  private final Waiting operation = new Waiting();

  private final class Waiting extends OneShotOperation<AsyncStream> {
    Waiting() {
      super(executor, handler);
    }

    @Override
    public void initiate() {
      initiateHere();
    }

    @Override
    protected void start() {
      limit(Duration.ofHours(1));
    }

    void breakDown() {
      if (claimEnd()) {
        deliverPosted(new StreamException(StreamError.RESET, "by another thread"), null);
      }
    }
  }

  /** Starts. */
  @Actor
  public void start() {
    operation.initiate();
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    operation.cancel(0, CancellationType.TOTAL);
    executor.runUntilIdle();
  }

  /** Ends it. */
  @Actor
  public void fail() {
    operation.breakDown();
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(IIL_Result r) {
    executor.runUntilIdle();
    r.r1 = handler.runs();
    r.r2 = executor.pendingTimers();
    r.r3 = handler.outcome();
  }
}
