// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.adapters.Rig;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener on either side: what it is told, in which order, and what it holds back. */
class CallbackWebSocketTest {
  /** Keeps what it is told. */
  private static class Heard implements WebSocketListener {
    final List<String> events = new ArrayList<>();
    CallbackWebSocket ws;
    Throwable error;
    Function<String, CompletionStage<?>> reaction = message -> null;

    @Override
    public void onOpen(CallbackWebSocket opened) {
      ws = opened;
      events.add("open");
      var unused = reaction.apply("open");
    }

    @Override
    public CompletionStage<?> onMessage(CallbackWebSocket from, String text) {
      events.add(text);
      return reaction.apply(text);
    }

    @Override
    public CompletionStage<?> onMessage(CallbackWebSocket from, ByteBuffer bytes) {
      String text = StandardCharsets.UTF_8.decode(bytes).toString();
      events.add("binary " + text);
      return reaction.apply(text);
    }

    @Override
    public void onClosing(CallbackWebSocket from, int code, String reason) {
      events.add("closing " + code + reason);
      var unused = reaction.apply("closing");
    }

    @Override
    public void onClose(CallbackWebSocket from, CloseOutcome outcome) {
      events.add("close " + outcome.code());
    }

    @Override
    public void onFailure(CallbackWebSocket from, Throwable failure) {
      error = failure;
      events.add("failure");
    }
  }

  private final Heard heard = new Heard();

  private CallbackWebSocket connect(Rig rig) {
    return connect(rig, ListenerOptions.defaults());
  }

  private CallbackWebSocket connect(Rig rig, ListenerOptions options) {
    CompletableFuture<CallbackWebSocket> connecting =
        CallbackWebSocket.connect(rig.client, Rig.URI, heard, options.withExecutor(rig.executor));
    rig.run();
    CallbackWebSocket ws = connecting.join();
    assertThat(heard.ws).isSameAs(ws);
    assertThat(heard.events).containsExactly("open");
    heard.events.clear();
    return ws;
  }

  private static void say(Rig rig, String... texts) {
    for (String text : texts) {
      rig.peer().asyncWrite(text, (error, bytes) -> {});
      rig.run();
    }
  }

  private static void read(WebSocketStream stream, List<String> into) {
    stream.asyncRead(
        (error, message) -> {
          if (message != null) {
            into.add(message.text());
            read(stream, into);
          }
        });
  }

  @Test
  void conversationOfTwoListeners() {
    try (Rig rig = new Rig(1000)) {
      Heard serving = new Heard();
      serving.reaction =
          text -> {
            if (!text.equals("open") && !text.equals("closing")) {
              serving.ws.send("echo of " + text);
            }
            return null;
          };
      ListenerOptions options = ListenerOptions.defaults().withExecutor(rig.executor);
      rig.serve(CallbackWebSocket.serving(request -> serving, options));
      CallbackWebSocket ws = connect(rig);
      assertThat(ws.send("one")).isNotNull();
      ws.send(ByteBuffer.wrap("two".getBytes()));
      rig.run();
      assertThat(heard.events).containsExactly("echo of one", "echo of two");
      assertThat(ws.close(4000, "done")).isTrue();
      assertThat(ws.close(1000, "")).isFalse();
      rig.run();
      assertThat(serving.events)
          .containsExactly("open", "one", "binary two", "closing 4000done", "close 4000");
      assertThat(heard.events)
          .containsExactly("echo of one", "echo of two", "closing 4000", "close 4000");
      assertThat(ws.isOpen()).isFalse();
    }
  }

  @Test
  void nextMessageIsReadWhenTheStageHasCompleted() {
    try (Rig rig = new Rig(30)) {
      connect(rig);
      CompletableFuture<Void> busy = new CompletableFuture<>();
      heard.reaction = text -> text.equals("one") ? busy : null;
      say(rig, "one", "two");
      List<Long> sent = new ArrayList<>();
      rig.peer().asyncWrite("longer than the window of the pipe", (e, bytes) -> sent.add(bytes));
      rig.run();
      assertThat(heard.events).containsExactly("one");
      assertThat(sent).as("the peer feels it").isEmpty();
      busy.complete(null);
      rig.run();
      assertThat(heard.events).containsExactly("one", "two", "longer than the window of the pipe");
    }
  }

  @Test
  void closeComesWhenAllBeforeItHasBeenSent() {
    try (Rig rig = new Rig(10)) {
      CallbackWebSocket ws = connect(rig);
      CompletableFuture<Void> first = ws.send("longer than the window");
      CompletableFuture<Void> second = ws.send("and so is this one");
      ws.close(1000, "");
      CompletableFuture<Void> late = ws.send("late");
      rig.run();
      assertThat(first).isNotDone();
      assertThat(ws.queuedMessages()).isEqualTo(2);
      assertThat(ws.queuedBytes()).isEqualTo(40);
      List<String> received = new ArrayList<>();
      read(rig.peer(), received);
      rig.run();
      assertThat(received).containsExactly("longer than the window", "and so is this one");
      assertThat(first).isCompleted();
      assertThat(second).isCompleted();
      assertThat(late).isCompletedExceptionally();
      assertThat(heard.events).containsExactly("closing 1000", "close 1000");
    }
  }

  @Test
  void whatDoesNotFitTheQueueIsRefused() {
    try (Rig rig = new Rig(10)) {
      CallbackWebSocket ws =
          connect(rig, ListenerOptions.defaults().withQueue(2, 1000, OverflowPolicy.fail()));
      ws.send("longer than the window");
      ws.send("waits");
      CompletableFuture<Void> third = ws.send("does not fit");
      rig.run();
      assertThatThrownBy(third::join)
          .cause()
          .isInstanceOfSatisfying(
              WebSocketException.class,
              e -> assertThat(e.error()).isEqualTo(WebSocketError.QUEUE_FULL));
      assertThat(ws.isOpen()).isTrue();
    }
  }

  @Test
  void abortIsAFailure() {
    try (Rig rig = new Rig(1000)) {
      connect(rig).abort();
      rig.run();
      assertThat(heard.events).containsExactly("failure");
      assertThat(heard.error).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"thrown", "stage"})
  void listenerThatFailsClosesWith1011AndIsToldAtTheEnd(String how) {
    try (Rig rig = new Rig(1000)) {
      connect(rig);
      read(rig.peer(), new ArrayList<>());
      RuntimeException purpose = new RuntimeException("on purpose");
      heard.reaction =
          text -> {
            if (how.equals("thrown")) {
              throw purpose;
            }
            return CompletableFuture.failedFuture(purpose);
          };
      say(rig, "one", "two");
      assertThat(heard.events).containsExactly("one", "failure");
      assertThat(heard.error).isSameAs(purpose);
      assertThat(rig.peer().closeOutcome().code()).isEqualTo(1011);
    }
  }

  @Test
  void openThatThrows() {
    try (Rig rig = new Rig(1000)) {
      rig.serve((stream, request) -> read(stream, new ArrayList<>()));
      heard.reaction =
          text -> {
            throw new IllegalStateException("on purpose");
          };
      CallbackWebSocket.connect(
          rig.client, Rig.URI, heard, ListenerOptions.defaults().withExecutor(rig.executor));
      rig.run();
      assertThat(heard.events).containsExactly("open", "failure");
      assertThat(rig.peer().closeOutcome().code()).isEqualTo(1011);
    }
  }

  @Test
  void closingThatThrows() {
    try (Rig rig = new Rig(1000)) {
      connect(rig);
      heard.reaction =
          text -> {
            throw new IllegalStateException("on purpose");
          };
      rig.peer().asyncClose(CloseReason.NORMAL, (error, outcome) -> {});
      rig.run();
      assertThat(heard.events).containsExactly("closing 1000", "failure");
      assertThat(heard.error).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void connectThatFailsIsToldByItsFuture() {
    try (Rig rig = new Rig(1000)) {
      CompletableFuture<CallbackWebSocket> connecting =
          CallbackWebSocket.connect(
              rig.client,
              "ws+memory://nobody/",
              heard,
              ListenerOptions.defaults().withExecutor(rig.executor));
      rig.run();
      assertThat(connecting).isCompletedExceptionally();
      assertThat(heard.events).isEmpty();
    }
  }

  @Test
  void cancelledConnectLeavesNothingOpen() {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try (Rig rig = new Rig(1000)) {
        rig.serve((stream, request) -> read(stream, new ArrayList<>()));
        CompletableFuture<CallbackWebSocket> connecting =
            CallbackWebSocket.connect(
                rig.client, Rig.URI, heard, ListenerOptions.defaults().withExecutor(rig.executor));
        rig.disturbAt(step, () -> connecting.cancel(true));
        rig.run();
        disturbed = rig.wasDisturbed();
        if (connecting.isCancelled()) {
          assertThat(rig.accepted)
              .as("step %d", step)
              .allMatch(stream -> stream.closeOutcome() != null);
        } else {
          connecting.join().abort();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "abort", "close"})
  void whateverHappensWheneverItEndsOnce(String what) {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      heard.events.clear();
      heard.reaction = text -> null;
      try (Rig rig = new Rig(50)) {
        CallbackWebSocket ws = connect(rig);
        WebSocketStream peer = rig.peer();
        read(peer, new ArrayList<>());
        rig.disturbAt(
            step,
            () -> {
              switch (what) {
                case "reset" -> Rig.reset(peer);
                case "abort" -> ws.abort();
                default -> ws.close(4000, "");
              }
            });
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        sends.add(ws.send("one ".repeat(30)));
        peer.asyncWrite("two ".repeat(30), (error, bytes) -> {});
        rig.run();
        sends.add(ws.send("three"));
        rig.run();
        disturbed = rig.wasDisturbed();
        ws.close(1000, "");
        rig.run();
        List<String> ends = new ArrayList<>(heard.events);
        ends.removeIf(event -> !event.startsWith("close ") && !event.equals("failure"));
        assertThat(ends).as("step %d: %s", step, heard.events).hasSize(1);
        assertThat(heard.events.get(heard.events.size() - 1)).isEqualTo(ends.get(0));
        assertThat(sends).allMatch(CompletableFuture::isDone);
      }
    }
  }
}
