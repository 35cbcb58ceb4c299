// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Role;
import io.plywire.stream.WritePendingException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** One thread starts a write, the other a teardown: accepted, accepted, runs of the handlers. */
@JCStressTest
@State
@Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "The write was accepted.")
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "The teardown was accepted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "They did not exclude each other.")
public class TeardownOrWriteTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryStream stream = InMemoryPipe.create(executor).client();
  private final Recorder handler = new Recorder();

  /** Writes. */
  @Actor
  public void write(III_Result r) {
    try {
      stream.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, handler);
      r.r1 = 1;
    } catch (WritePendingException e) {
      r.r1 = 0;
    }
  }

  /** Tears down. */
  @Actor
  public void tearDown(III_Result r) {
    try {
      stream.asyncTeardown(Role.CLIENT, handler);
      r.r2 = 1;
    } catch (WritePendingException e) {
      r.r2 = 0;
    }
  }

  /** Has what was accepted complete. */
  @Arbiter
  public void arbiter(III_Result r) {
    stream.close();
    executor.runUntilIdle();
    r.r3 = handler.runs();
  }
}
