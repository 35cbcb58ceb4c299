// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that start the next operation, again and again, on a thread with little stack. */
class StackDepthTest {
  @ParameterizedTest
  @EnumSource(Role.class)
  void millionWritesInARowNeedNoStack(Role role) throws InterruptedException {
    ManualExecutor executor = new ManualExecutor();
    Sink sink = new Sink(executor);
    WebSocketStream stream = new WebSocketStream(sink, Harness.quiet());
    sink.open(stream, role);
    Chain writing = new Chain(1_000_000);
    writing.next =
        () ->
            stream.asyncWriteSome(
                true, writing.buffer.position(0).limit(writing.left % 8), writing);
    writing.next.run();
    runOnSmallStack(executor::runUntilIdle);
    assertThat(writing.left).isZero();
    assertThat(sink.writes).isEqualTo(1_000_000);
    stream.abort();
    executor.runUntilIdle();
  }

  @Test
  void thousandsOfMessagesThatWereReceivedTogetherNeedNoStack() throws InterruptedException {
    try (Harness h = new Harness(1 << 20)) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Frame[] messages = new Frame[50_000];
      Arrays.fill(messages, Frame.text("m").mask());
      peer.send(messages);
      h.run();
      Chain reading = new Chain(messages.length);
      reading.next = () -> server.asyncRead(reading.buffer.clear(), reading);
      reading.next.run();
      runOnSmallStack(h::run);
      assertThat(reading.left).isZero();
    }
  }

  private static void runOnSmallStack(Runnable task) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, task, "small stack", 256 << 10);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  private static final class Chain implements IoHandler {
    final ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    Runnable next;
    int left;

    Chain(int times) {
      left = times;
    }

    @Override
    public void completed(IOException error, long bytes) {
      if (error != null) {
        throw new AssertionError(error);
      }
      if (--left > 0) {
        next.run();
      }
    }
  }

  @Test
  void thousandsOfPingsThatWereReceivedTogetherNeedNoStackAndTheLastIsAnswered()
      throws InterruptedException {
    try (Harness h = new Harness(1 << 20)) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Frame[] pings = new Frame[20_000];
      Arrays.setAll(pings, i -> Frame.ping("" + i).mask());
      peer.send(pings);
      h.run();
      h.read(server);
      runOnSmallStack(h::run);
      int last = -1;
      for (Frame pong : peer.frames()) { // RFC 6455 section 5.5.3: some may be left out
        int answered = Integer.parseInt(pong.payloadText());
        assertThat(answered).isGreaterThan(last);
        last = answered;
      }
      assertThat(last).isEqualTo(pings.length - 1);
    }
  }
}
