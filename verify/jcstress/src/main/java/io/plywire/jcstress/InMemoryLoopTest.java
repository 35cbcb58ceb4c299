// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A task is posted while an in-memory loop closes: in time, runs of the task. */
@JCStressTest
@State
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "The task ran once.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The task was lost or ran twice.")
public class InMemoryLoopTest {
  private static final long PATIENCE_SECONDS = 10;

  private final AtomicInteger runs = new AtomicInteger();
  private final CompletableFuture<Boolean> after = new CompletableFuture<>();
  private final InMemoryLoop loop = new InMemoryLoop("stress");

  /** Starts the thread. */
  public InMemoryLoopTest() {
    loop.execute(() -> {});
  }

  /** Posts. */
  @Actor
  public void post() {
    loop.execute(runs::incrementAndGet);
  }

  /** Closes. */
  @Actor
  public void close() {
    loop.close();
  }

  /** Tasks run in order, so after the next one nothing is to be waited for. */
  @Arbiter
  public void arbiter(ZI_Result r) {
    loop.execute(() -> after.complete(true));
    after.completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS);
    r.r1 = after.join();
    r.r2 = runs.get();
  }
}
