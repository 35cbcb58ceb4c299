// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IL_Result;

/** A WebSocket is closed while an operation starts: runs of the handler, outcome. */
@JCStressTest
@State
@Outcome(id = "1, ABORTED", expect = Expect.ACCEPTABLE, desc = "Closed while it was pending.")
@Outcome(id = "1, CLOSED", expect = Expect.ACCEPTABLE, desc = "Closed before it started.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The handler did not run exactly once.")
public class CloseWebSocketReadTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final WebSocketStream stream =
      new WebSocketStream(InMemoryPipe.create(executor).client());
  private final Recorder handler = new Recorder();

  /** Starts the operation, and runs what there is. */
  @Actor
  public void start() {
    stream.asyncRead(ByteBuffer.allocate(1), handler);
    executor.runUntilIdle();
  }

  /** Closes. */
  @Actor
  public void close() {
    stream.abort();
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(IL_Result r) {
    executor.runUntilIdle();
    r.r1 = handler.runs();
    r.r2 = handler.outcome();
  }
}
