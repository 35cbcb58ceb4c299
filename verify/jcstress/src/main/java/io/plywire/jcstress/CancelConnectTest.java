// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.Acceptor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * A connect is cancelled while it is accepted: outcome of the connect, outcome of the accept,
 * timers that are left.
 */
@JCStressTest
@State
@Outcome(id = "SUCCESS, SUCCESS, 0", expect = Expect.ACCEPTABLE, desc = "They met.")
@Outcome(id = "ABORTED, NONE, 0", expect = Expect.ACCEPTABLE, desc = "Cancellation was first.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One side met nobody, or something is left.")
public class CancelConnectTest {
  private static final Endpoint ENDPOINT = Endpoint.parse("ws+memory://stress/");

  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final Recorder connect = new Recorder(signal.slot());
  private final Recorder accept = new Recorder();
  private final Acceptor acceptor;

  /** Connects. */
  public CancelConnectTest() {
    InMemoryTransport transport = new InMemoryTransport(executor, new InMemoryRegistry());
    TransportOptions options = TransportOptions.defaults().withConnectTimeout(Duration.ofHours(1));
    try {
      acceptor = transport.listen(ENDPOINT, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    transport.asyncConnect(ENDPOINT, options, connect);
    executor.runUntilIdle();
  }

  /** Asks for the end. */
  @Actor
  public void cancel() {
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
  }

  /** Accepts. */
  @Actor
  public void accept() {
    acceptor.asyncAccept(accept);
  }

  /** Runs what is left. */
  @Arbiter
  public void arbiter(LLI_Result r) {
    executor.runUntilIdle();
    r.r1 = connect.outcome();
    r.r2 = accept.outcome();
    r.r3 = executor.pendingTimers();
  }
}
