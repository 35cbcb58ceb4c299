// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.Rig;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sockets cannot show: who holds what back, and each point at which something can break. */
class FaceInMemoryTest {
  private final Calls calls = new Calls();

  private static WebSocket connect(Rig rig, ManualExecutor callbacks, Calls calls) {
    CompletableFuture<WebSocket> building =
        JdkWebSockets.newWebSocketBuilder(rig.client, callbacks)
            .buildAsync(URI.create(Rig.URI), calls);
    rig.run();
    callbacks.runUntilIdle();
    rig.run();
    assertThat(building).isCompleted();
    assertThat(calls.others()).containsExactly("open ");
    return building.join();
  }

  private static void write(
      WebSocketStream stream, int messages, int bytes, List<Integer> written) {
    if (messages > 0) {
      stream.asyncWrite(
          MessageKind.BINARY,
          ByteBuffer.allocate(bytes),
          (error, count) -> {
            if (error == null) {
              written.add(messages);
              write(stream, messages - 1, bytes, written);
            }
          });
    }
  }

  @Test
  void slowListenerHoldsThePeerBackWhateverItHasRequested() {
    try (Rig rig = new Rig(1024)) {
      ManualExecutor callbacks = new ManualExecutor(); // which is not run: the listener is busy
      WebSocket ws = connect(rig, callbacks, calls);
      ws.request(Long.MAX_VALUE);
      List<Integer> written = new ArrayList<>();
      write(rig.peer(), 50, 500, written);
      rig.run();
      assertThat(written).as("what fits the pipe, and what is on the way").hasSizeLessThan(6);
      while (written.size() < 50) {
        assertThat(callbacks.runUntilIdle()).isLessThan(3);
        rig.run();
      }
      ws.abort();
      callbacks.runUntilIdle();
    }
  }

  @Test
  void pingIsAnsweredWhenSomethingIsRequested() {
    try (Rig rig = new Rig(64 << 10)) {
      WebSocket ws = connect(rig, rig.executor, calls);
      List<ControlCallback.Kind> heard = new ArrayList<>();
      rig.peer().controlCallback((kind, payload) -> heard.add(kind));
      rig.peer().asyncRead((error, message) -> {});
      for (int i = 0; i < 3; i++) {
        rig.peer().asyncPing(ByteBuffer.allocate(0), (error, none) -> {});
        rig.run();
      }
      assertThat(heard).isEmpty();
      ws.request(2);
      rig.run();
      assertThat(heard).hasSize(2);
      assertThat(calls.others()).hasSize(2);
      ws.abort();
    }
  }

  @Test
  void cancelledBuildLeavesNothingOpen() {
    try (Rig rig = new Rig(64 << 10)) {
      CompletableFuture<WebSocket> building =
          JdkWebSockets.newWebSocketBuilder(rig.client, rig.executor)
              .buildAsync(URI.create(Rig.URI), calls);
      building.cancel(true);
      rig.run();
      rig.accepted.forEach(each -> each.asyncRead((error, message) -> {}));
      rig.run();
      assertThat(rig.accepted).allMatch(each -> each.closeOutcome() != null);
    }
  }

  /** What a client may do in its life, to be disturbed anywhere. */
  private static List<CompletableFuture<?>> converse(WebSocket ws) {
    List<CompletableFuture<?>> sends = new ArrayList<>();
    sends.add(ws.sendText("first ", false));
    sends.add(ws.sendPing(ByteBuffer.wrap(new byte[3])));
    sends.add(
        sends
            .get(0)
            .thenCompose(sent -> ws.sendText("x".repeat(3000), true))
            .thenCompose(sent -> ws.sendBinary(ByteBuffer.allocate(3000), true))
            .thenCompose(sent -> ws.sendClose(1000, "enough")));
    return sends;
  }

  private static void echo(WebSocketStream stream) {
    stream.asyncRead(
        (error, message) -> {
          if (message != null) {
            stream.asyncWrite(message, (failure, bytes) -> echo(stream));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "abort by the peer", "abort here", "close by the peer"})
  void whateverHappensWheneverEverythingEndsOnce(String what) {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      Calls heard = new Calls();
      heard.reaction =
          (ws, call) -> {
            if (!call.method().equals("error")) {
              ws.request(1);
            }
            return null;
          };
      try (Rig rig = new Rig(1000)) {
        rig.serve((stream, request) -> echo(stream));
        WebSocket ws = connect(rig, rig.executor, heard);
        rig.disturbAt(step, () -> disturb(what, rig, ws));
        List<CompletableFuture<?>> sends = converse(ws);
        rig.run();
        disturbed = rig.wasDisturbed();
        assertThat(sends).as("step %d", step).allMatch(CompletableFuture::isDone);
        List<String> ends = new ArrayList<>(heard.others());
        ends.removeIf(call -> !call.startsWith("close") && !call.startsWith("error"));
        boolean aborted = disturbed && what.equals("abort here");
        assertThat(ends.size()).as("ends at step %d: %s", step, ends).isBetween(aborted ? 0 : 1, 1);
        assertThat(ws.isInputClosed()).isTrue();
        assertThat(ws.isOutputClosed()).isTrue();
        assertThat(heard.overlaps).hasValue(0);
      }
    }
  }

  private static void disturb(String what, Rig rig, WebSocket ws) {
    switch (what) {
      case "reset" -> Rig.reset(rig.peer());
      case "abort by the peer" -> rig.peer().abort();
      case "abort here" -> ws.abort();
      default -> rig.peer().asyncClose(CloseReason.of(4000), (error, outcome) -> {});
    }
  }
}
