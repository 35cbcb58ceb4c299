// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads decide about a request, differently, and one of them calls the accept off then: how
 * many decisions counted, how many times the handler ran, what is outstanding below in the end.
 */
@JCStressTest
@State
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "One decision, one end.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Two decisions count, or there is not one end.")
public class DecisionRaceTest {
  private static final byte[] REQUEST =
      """
      GET / HTTP/1.1\r
      Host: a\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryPipe pipe = InMemoryPipe.create(executor);
  private final WebSocketStream server = new WebSocketStream(pipe.server());
  private final AtomicReference<Opening> asked = new AtomicReference<>();
  private final CancellationSignal signal = new CancellationSignal();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();

  /** Asks. */
  public DecisionRaceTest() {
    server.asyncAccept(
        asked::set,
        Handler.<UpgradeRequest>bindCancellationSlot(
            signal.slot(), (error, request) -> ends.incrementAndGet()));
    pipe.client().asyncWriteSome(new ByteBuffer[] {ByteBuffer.wrap(REQUEST)}, (e, n) -> {});
    executor.runUntilIdle();
  }

  private void count(boolean decided) {
    if (decided) {
      counted.incrementAndGet();
    }
  }

  /** Agrees. */
  @Actor
  public void accept() {
    count(asked.get().accept());
  }

  /** Refuses, and calls off. */
  @Actor
  public void refuse() {
    count(asked.get().reply(Reply.forbidden()));
    signal.emit(CancellationType.TERMINAL);
    executor.runUntilIdle();
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(III_Result r) {
    executor.runUntilIdle();
    pipe.client().close();
    server.abort();
    executor.runUntilIdle();
    r.r1 = counted.get();
    r.r2 = ends.get();
    r.r3 = pipe.server().outstanding().size() + executor.pendingTimers();
  }
}
