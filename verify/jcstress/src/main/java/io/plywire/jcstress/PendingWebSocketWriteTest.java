// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.WritePendingException;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two threads start the same write of a WebSocket: accepted, accepted, runs of the handler. */
@JCStressTest
@State
@Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "The first was accepted.")
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "The second was accepted.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Not exactly one was accepted and completed.")
public class PendingWebSocketWriteTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final WebSocketStream stream =
      new WebSocketStream(InMemoryPipe.create(executor).client());
  private final Recorder handler = new Recorder();

  private int start() {
    try {
      stream.asyncWriteSome(true, ByteBuffer.allocate(1), handler);
      return 1;
    } catch (WritePendingException e) {
      return 0;
    }
  }

  /** One caller. */
  @Actor
  public void first(III_Result r) {
    r.r1 = start();
  }

  /** The other. */
  @Actor
  public void second(III_Result r) {
    r.r2 = start();
  }

  /** Has what was accepted complete. */
  @Arbiter
  public void arbiter(III_Result r) {
    stream.abort();
    executor.runUntilIdle();
    r.r3 = handler.runs();
  }
}
