// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tests.support.CountingEngine;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * An engine that throws at its first call, at its second, and so on: one connection at most ends by
 * that, what has thrown serves nobody any more, and nothing is left.
 */
class EngineFaultsTest {
  private static final String TEXT =
      "{\"symbol\":\"PLY\",\"price\":17.25,\"symbols\":\"PLY, PLY\"}";

  private final ManualExecutor executor = new ManualExecutor();
  private final CountingEngine engine = new CountingEngine(DeflateEngine.jdk());
  private final WebSocketOptions options =
      Harness.quiet().withDeflate(DeflateOptions.defaults().withEngine(engine).withThreshold(0));
  private final List<Recorded<Long>> operations = new ArrayList<>();

  /** A connection, its peer, and what it should have sent. */
  private final class Talk implements AutoCloseable {
    final Wire wire = new Wire(executor);
    final boolean takeover;
    final WebSocketStream stream;
    final List<String> said = new ArrayList<>();
    Deflated peer = new Deflated();
    boolean failed;

    Talk(boolean takeover) {
      this.takeover = takeover;
      this.stream =
          wire.stream(Role.SERVER, options, new DeflateParameters(15, 15, takeover, takeover));
    }

    private boolean act(Consumer<IoHandler> operation, Runnable meanwhile) {
      Recorded<Long> recorded = new Recorded<>("operation");
      operations.add(recorded);
      operation.accept(Recorded.io(recorded));
      executor.runUntilIdle();
      meanwhile.run();
      executor.runUntilIdle();
      failed |= recorded.error() != null;
      return !failed;
    }

    void hold(PreparedMessage shared) {
      MessageBuffer memory = new MessageBuffer(16);
      if (act(h -> stream.asyncRead(memory, h), () -> wire.put(peer.text(TEXT).mask().encode()))) {
        assertThat(StandardCharsets.UTF_8.decode(memory.data()).toString()).isEqualTo(TEXT);
      }
      if (!takeover) {
        peer.close();
        peer = new Deflated();
      }
      if (act(h -> stream.asyncWriteSome(false, Harness.bytes(TEXT), h), () -> {})
          && act(h -> stream.asyncWriteSome(true, Harness.bytes(TEXT), h), () -> {})) {
        said.add(TEXT + TEXT);
      }
      if (act(h -> stream.asyncWrite(shared, h), () -> {})) {
        said.add(TEXT);
      }
      if (act(h -> stream.asyncWriteSome(true, Harness.bytes(TEXT), h), () -> {})) {
        said.add(TEXT);
      }
    }

    void compare() {
      try (Zlib zlib = new Zlib(15, takeover)) {
        if (!failed) {
          assertThat(zlib.messages(wire.takeFrames()))
              .extracting(b -> new String(b, StandardCharsets.UTF_8))
              .isEqualTo(said);
        }
      }
    }

    @Override
    public void close() {
      peer.close();
      stream.abort();
    }
  }

  @Test
  void eachCallInTurn() {
    int ended = 0;
    int call = 0;
    do {
      engine.failAt(call);
      int failed = play();
      assertThat(failed).as("connections that ended, call %d failing", call).isLessThanOrEqualTo(1);
      ended += failed;
      assertThat(engine.compressors()).as("call %d failing", call).isZero();
      assertThat(engine.decompressors()).as("call %d failing", call).isZero();
      assertThat(engine.misuse()).as("call %d failing", call).isNull();
      assertThat(executor.buffers().outstanding()).as("call %d failing", call).isZero();
      assertThat(executor.pendingTimers()).as("call %d failing", call).isZero();
      for (Recorded<Long> operation : operations) {
        assertThat(operation.runs()).isEqualTo(1);
      }
      operations.clear();
      call++;
    } while (engine.hasFailed());
    assertThat(ended).isGreaterThan(30);
    assertThat(call - ended).as("calls whose failure ends no connection").isGreaterThan(3);
  }

  /** Returns how many connections ended. */
  private int play() {
    List<Talk> talks = List.of(new Talk(false), new Talk(true), new Talk(false));
    PreparedMessage shared = PreparedMessage.text(TEXT);
    for (int round = 0; round < 2; round++) {
      for (Talk talk : talks) {
        if (!talk.failed) {
          talk.hold(shared);
        }
      }
      executor.advance(Duration.ofMinutes(1)); // what is idle is freed in between
    }
    talks.forEach(Talk::compare);
    talks.forEach(Talk::close);
    executor.runUntilIdle();
    return (int) talks.stream().filter(talk -> talk.failed).count();
  }
}
