// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IL_Result;

/** The read of a message is cancelled while it completes: runs of the handler, outcome. */
@JCStressTest
@State
@Outcome(id = "1, SUCCESS", expect = Expect.ACCEPTABLE, desc = "Completion was first.")
@Outcome(id = "1, ABORTED", expect = Expect.ACCEPTABLE, desc = "Cancellation was first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The handler did not run exactly once.")
public class CancelWebSocketReadTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final Recorder handler = new Recorder(signal.slot());

  /** Opens a connection and starts a read for which a message is there. */
  public CancelWebSocketReadTest() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    WebSocketOptions options = WebSocketOptions.defaults().withTimeouts(Timeouts.none());
    WebSocketStream client = new WebSocketStream(pipe.client(), options);
    WebSocketStream server = new WebSocketStream(pipe.server(), options);
    server.asyncAccept((error, request) -> {});
    client.asyncHandshake("example.com", "/", (error, response) -> {});
    executor.runUntilIdle();
    server.asyncWriteSome(true, ByteBuffer.wrap(new byte[] {'x'}), new Recorder());
    executor.runUntilIdle();
    client.asyncRead(ByteBuffer.allocate(1), handler);
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    signal.emit(CancellationType.TERMINAL);
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
