// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A forced cancellation meets an operation whose next layer is just making progress. */
class ForcedCancellationTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void progressOfTheNextLayerDoesNotSwallowTheRequest(boolean pings) {
    for (int steps = 0; steps < 12; steps++) {
      try (Harness h = new Harness(20)) {
        WebSocketStream client = h.client(Harness.quiet());
        WebSocketStream server = h.server(Harness.quiet());
        h.open(client, server);
        Recorded<?> operation =
            pings ? h.ping(server, "p".repeat(100)) : h.write(server, "w".repeat(100));
        h.run();
        operation.assertPending();
        h.clientEnd.asyncReadSome(ByteBuffer.allocate(5), (error, n) -> {});
        for (int i = 0; i < steps; i++) {
          h.executor.runOne();
        }
        operation.cancel(CancellationType.TERMINAL);
        h.run();
        assertThat(operation.assertFailed(StreamError.ABORTED).cancellation())
            .as("after %d steps", steps)
            .isEqualTo(CancellationType.TERMINAL);
        assertThat(h.serverEnd.isOpen()).isFalse();
      }
    }
  }

  /** What the next layer receives into belongs to it until it says so. */
  @Test
  void memoryOfAPendingReadIsNotGivenAway() {
    try (Harness h = new Harness()) {
      Timeouts timeouts = Timeouts.none().withHandshake(Duration.ofSeconds(30));
      WebSocketStream client = h.client(Harness.quiet().withTimeouts(timeouts));
      h.clientEnd.faults().hold(IoKind.READ, 0);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      h.raw(Role.SERVER).send("HTTP/1.1 ");
      h.run();
      assertThat(h.clientEnd.outstanding()).contains(IoKind.READ);
      h.executor.execute(
          () -> h.executor.schedule(Duration.ofSeconds(30), () -> lentWhileReading(h)));
      h.executor.advance(Duration.ofSeconds(31));
      handshake.assertFailed(StreamError.TIMEOUT);
    }
  }

  private static void lentWhileReading(Harness h) {
    if (h.clientEnd.outstanding().contains(IoKind.READ)) {
      assertThat(h.executor.buffers().outstanding()).isGreaterThan(0);
      h.executor.execute(() -> lentWhileReading(h));
    }
  }
}
