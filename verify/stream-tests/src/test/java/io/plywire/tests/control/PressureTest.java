// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sides that send more than the pipe holds must not wait for each other for ever. */
class PressureTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 64, 1000})
  void bothPingAtOnceAndReadOn(int window) {
    try (Harness h = new Harness(window)) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      Acceptor atClient = new Acceptor(client);
      Acceptor atServer = new Acceptor(server);
      Recorded<Void> one = h.ping(client, "from the client");
      Recorded<Void> two = h.ping(server, "from the server");
      h.run();
      one.result();
      two.result();
      h.write(client, "after").assertPending();
      h.write(server, "wards");
      h.run();
      assertThat(atServer.messages()).containsExactly("after");
      assertThat(atClient.messages()).containsExactly("wards");
      assertThat(h.fromClient.briefs())
          .containsExactlyInAnyOrder("PING(15)", "PONG(15)", "TEXT(5)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 1000})
  void bothPingAndWriteFramesThatFillThePipe(int window) {
    WebSocketOptions oneFrame = Harness.quiet().withAutoFragment(false);
    String big = "b".repeat(5_000);
    try (Harness h = new Harness(window)) {
      WebSocketStream client = h.client(oneFrame);
      WebSocketStream server = h.server(oneFrame);
      h.open(client, server);
      Acceptor atClient = new Acceptor(client);
      Acceptor atServer = new Acceptor(server);
      h.ping(client, "c");
      h.ping(server, "s");
      Recorded<Long> one = h.write(client, big);
      Recorded<Long> two = h.write(server, big);
      h.run();
      assertThat(one.result()).isEqualTo(big.length());
      assertThat(two.result()).isEqualTo(big.length());
      assertThat(atClient.messages()).containsExactly(big);
      assertThat(atServer.messages()).containsExactly(big);
      assertThat(h.fromClient.briefs()).contains("PONG(1)");
      assertThat(h.fromServer.briefs()).contains("PONG(1)");
    }
  }

  /** RFC 6455 section 5.5.3 lets the answer to the newest ping stand for those before it. */
  @Test
  void answersThatNobodyTakesAreBoundedAndTheNewestIsKept() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Acceptor acceptor = new Acceptor(o.stream);
      Frame[] pings = new Frame[1000];
      for (int i = 0; i < pings.length; i++) {
        pings[i] = Frame.ping(Integer.toString(i));
      }
      o.receive(pings);
      o.receive(Frame.text("read all the same"));
      assertThat(gate.isHolding()).isTrue();
      assertThat(acceptor.messages()).containsExactly("read all the same");
      assertThat(o.h.executor.buffers().outstanding()).isLessThan(20);
      gate.release();
      o.h.run();
      assertThat(o.sent()).hasSizeBetween(1, 4096 / 5);
      assertThat(o.sent().get(o.sent().size() - 1).payloadText()).isEqualTo("999");
    }
  }

  @Test
  void answersThatWaitAreDroppedByAClose() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "holds the turn");
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("1"), Frame.ping("2"), Frame.close(1000, ""));
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(write.isDone()).isTrue();
      assertThat(read.handler.isDone()).isTrue();
      assertThat(o.briefs()).containsExactly("TEXT(14)", "CLOSE(2)");
    }
  }
}
