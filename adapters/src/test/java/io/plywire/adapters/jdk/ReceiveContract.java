// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static io.plywire.adapters.jdk.ScriptedServer.Connection.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.adapters.jdk.Calls.Call;
import io.plywire.adapters.jdk.ScriptedServer.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link WebSocket.Listener} and {@link WebSocket#request}, sentence by sentence. */
abstract class ReceiveContract extends WebSocketContract {
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---- the counter

  @Test
  void openIsCalledFirstWithTheSocketThatIsBuilt() {
    AtomicReference<WebSocket> seen = new AtomicReference<>();
    calls.reaction =
        (ws, call) -> {
          seen.compareAndSet(null, ws);
          ws.request(1);
          return null;
        };
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    peer.text("early");
    calls.next("open");
    assertThat(calls.next("text")).isEqualTo("early");
    assertThat(get(building)).isSameAs(seen.get());
  }

  @Test
  void defaultMethodsRequestOneAfterTheOther() {
    CompletableFuture<String> closed = new CompletableFuture<>();
    CompletableFuture<WebSocket> building =
        builder()
            .buildAsync(
                server.uri(),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
                    closed.complete(code + reason);
                    return null;
                  }
                });
    Connection peer = server.accept();
    get(building);
    peer.send(
        text(true, utf8("a")),
        frame(true, 2, new byte[3]),
        frame(true, 9, new byte[0]),
        frame(true, 10, new byte[0]),
        close(1000, "done"));
    assertThat(get(closed)).isEqualTo("1000done");
  }

  @Test
  void nothingIsCalledThatWasNotRequested() {
    Pair pair = connect();
    pair.peer().send(text(true, utf8("a")), text(true, utf8("b")), text(true, utf8("c")));
    roundTrip(pair, "nothing yet");
    assertThat(calls.others()).isEmpty();
    pair.ws().request(1);
    assertThat(calls.next("text")).isEqualTo("a");
    roundTrip(pair, "one");
    assertThat(calls.others()).isEmpty();
    pair.ws().request(2);
    assertThat(calls.next("text")).isEqualTo("b");
    assertThat(calls.next("text")).isEqualTo("c");
    pair.peer().text("d");
    roundTrip(pair, "three");
    assertThat(calls.others()).isEmpty();
  }

  @Test
  void controlMessagesCountToo() {
    Pair pair = connect();
    pair.peer()
        .send(
            frame(true, 9, utf8("p1")),
            frame(true, 9, utf8("p2")),
            frame(true, 10, utf8("p3")),
            text(true, utf8("t")),
            close(1000, ""));
    String[][] expected = {
      {"ping", "p1"}, {"ping", "p2"}, {"pong", "p3"}, {"text", "t"}, {"close", "1000 "}
    };
    for (String[] each : expected) {
      assertThat(calls.others()).isEmpty();
      pair.ws().request(1);
      assertThat(calls.next(each[0])).isEqualTo(each[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void requestsThatAreNotPositiveThrowAndChangeNothing(long n) {
    Pair pair = connect();
    assertThatThrownBy(() -> pair.ws().request(n)).isInstanceOf(IllegalArgumentException.class);
    pair.ws().request(1);
    pair.peer().text("as ever");
    assertThat(calls.next("text")).isEqualTo("as ever");
  }

  @Test
  void requestsAddUpWithoutOverflow() {
    Pair pair = connect();
    pair.ws().request(Long.MAX_VALUE);
    pair.ws().request(Long.MAX_VALUE);
    pair.ws().request(1);
    pair.peer().send(text(true, utf8("a")), text(true, utf8("b")));
    assertThat(calls.next("text")).isEqualTo("a");
    assertThat(calls.next("text")).isEqualTo("b");
  }

  @Test
  void requestsFromWithinAMethodDoNotRecurse() {
    Pair pair = connect();
    calls.reaction =
        (ws, call) -> {
          ws.request(1);
          return null;
        };
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 2000; i++) {
      many.writeBytes(text(true, utf8("" + i)));
    }
    pair.peer().send(many.toByteArray());
    pair.ws().request(1);
    for (int i = 0; i < 2000; i++) {
      assertThat(calls.next("text")).isEqualTo("" + i);
    }
  }

  @Test
  void methodsDoNotOverlapThoughManyWereRequested() {
    Pair pair = connectAndRequestAll();
    calls.reaction =
        (ws, call) -> {
          Thread.yield(); // a moment in which the next one could come
          return new CompletableFuture<>(); // stages have nothing to do with the counter
        };
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      many.writeBytes(text(true, utf8("t" + i)));
      many.writeBytes(frame(true, 9, utf8("p" + i)));
    }
    pair.peer().send(many.toByteArray());
    for (int i = 0; i < 300; i++) {
      assertThat(calls.next("text")).isEqualTo("t" + i);
      assertThat(calls.next("ping")).isEqualTo("p" + i);
    }
  }

  // ---- data

  private String wholeText() {
    StringBuilder all = new StringBuilder();
    Call call;
    do {
      call = calls.next();
      assertThat(call.method()).as("%s", call).isEqualTo("text");
      String part = (String) call.data();
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(part)).as("whole pairs").isTrue();
      all.append(part);
    } while (!call.last());
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 16 << 10, 100_000, 1 << 20})
  void textsOfEverySizeAreWhole(int size) {
    Pair pair = connectAndRequestAll();
    String text = "😀aé€".repeat(size / 5 + 1).substring(0, size / 5 * 5);
    pair.peer().text(text);
    assertThat(wholeText()).isEqualTo(text);
    pair.peer().text("next");
    assertThat(wholeText()).isEqualTo("next");
  }

  @Test
  void charactersThatFramesCutAreWhole() {
    Pair pair = connectAndRequestAll();
    String text = "a😀é€😀";
    byte[] bytes = utf8(text);
    for (int i = 0; i < bytes.length; i++) {
      boolean first = i == 0;
      boolean last = i == bytes.length - 1;
      pair.peer().send(frame(last, first ? 1 : 0, new byte[] {bytes[i]}));
    }
    assertThat(wholeText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 1 << 20})
  void binariesOfEverySizeAreWhole(int size) {
    Pair pair = connectAndRequestAll();
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    int half = size / 2;
    pair.peer()
        .send(
            frame(false, 2, Arrays.copyOf(bytes, half)),
            frame(true, 9, utf8("between")),
            frame(true, 0, Arrays.copyOfRange(bytes, half, size)));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int pings = 0;
    Call call;
    do {
      call = calls.next();
      if (call.method().equals("ping")) {
        pings++;
      } else {
        assertThat(call.method()).isEqualTo("binary");
        all.writeBytes((byte[]) call.data());
      }
    } while (!call.method().equals("binary") || !call.last());
    assertThat(all.toByteArray()).isEqualTo(bytes);
    assertThat(pings).isOne();
  }

  @Test
  void buffersBelongToTheListenerUntilItsStageCompletes() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    ByteBuffer[] kept = new ByteBuffer[3];
    CompletableFuture<Void> three = new CompletableFuture<>();
    CompletableFuture<WebSocket> building =
        builder()
            .buildAsync(
                server.uri(),
                new WebSocket.Listener() {
                  private int count;

                  @Override
                  public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
                    kept[count++] = data;
                    if (count == kept.length) {
                      three.complete(null);
                    }
                    ws.request(1);
                    return done;
                  }
                });
    Connection peer = server.accept();
    get(building);
    for (int i = 0; i < kept.length; i++) {
      peer.send(frame(true, 2, new byte[] {(byte) i, (byte) i}));
    }
    get(three);
    for (int i = 0; i < kept.length; i++) {
      assertThat(kept[i]).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) i, (byte) i}));
    }
    done.complete(null);
  }

  // ---- control messages

  @Test
  void pingIsAnsweredByItself() {
    Pair pair = connectAndRequestAll();
    pair.peer().send(frame(true, 9, utf8("are you there?")));
    assertThat(calls.next("ping")).isEqualTo("are you there?");
    ScriptedServer.Frame pong = pair.peer().read();
    assertThat(pong.opcode()).isEqualTo(10);
    assertThat(pong.text()).isEqualTo("are you there?");
  }

  @Test
  void longestPingAndPongArriveWhole() {
    Pair pair = connectAndRequestAll();
    String longest = "x".repeat(125);
    pair.peer().send(frame(true, 9, utf8(longest)), frame(true, 10, utf8(longest)));
    assertThat(calls.next("ping")).isEqualTo(longest);
    assertThat(calls.next("pong")).isEqualTo(longest);
  }

  // ---- the end

  @Test
  void closeIsToldWithInputClosedAndOutputOpenUntilTheStageCompletes() {
    CompletableFuture<Void> may = new CompletableFuture<>();
    CompletableFuture<String> state = new CompletableFuture<>();
    Pair pair = connect();
    calls.reaction =
        (ws, call) -> {
          state.complete(ws.isInputClosed() + " " + ws.isOutputClosed());
          return may;
        };
    pair.ws().request(1);
    pair.peer().closeFrame(4321, "bye");
    assertThat(calls.next("close")).isEqualTo("4321 bye");
    roundTrip(pair, "one more thing");
    assertThat(get(state)).isEqualTo("true false");
    assertThat(pair.ws().isOutputClosed()).isFalse();
    may.complete(null);
    ScriptedServer.Frame reply = pair.peer().read();
    assertThat(reply.opcode()).isEqualTo(8);
    pair.peer().awaitEnd();
    while (!pair.ws().isOutputClosed()) {
      Thread.onSpinWait(); // the JDK's takes note of it after the frame has gone
    }
  }

  @Test
  void closeIsAnsweredAtOnceWithoutAStage() {
    Pair pair = connectAndRequestAll();
    pair.peer().closeFrame(1001, "going");
    assertThat(calls.next("close")).isEqualTo("1001 going");
    ScriptedServer.Frame reply = pair.peer().read();
    assertThat(reply.opcode()).isEqualTo(8);
    assertThat(reply.code()).isEqualTo(1001);
    pair.peer().awaitEnd();
  }

  @Test
  void closeWithoutACodeIs1005() {
    Pair pair = connectAndRequestAll();
    pair.peer().send(frame(true, 8, new byte[0]));
    assertThat(calls.next("close")).isEqualTo("1005 ");
    assertThat(pair.peer().read().opcode()).isEqualTo(8);
  }

  @Test
  void applicationMayAnswerWithACloseOfItsOwn() {
    Pair pair = connect();
    calls.reaction =
        (ws, call) -> {
          ws.sendClose(4000, "my own");
          return new CompletableFuture<>();
        };
    pair.ws().request(1);
    pair.peer().closeFrame(1000, "");
    calls.next("close");
    ScriptedServer.Frame reply = pair.peer().read();
    assertThat(reply.code()).isEqualTo(4000);
    assertThat(reply.reason()).isEqualTo("my own");
    pair.peer().awaitEnd();
  }

  @Test
  void connectionThatEndsWithoutACloseIs1006() {
    Pair pair = connectAndRequestAll();
    pair.peer().shutdownOutput();
    assertThat(calls.next("close")).isEqualTo("1006 ");
    assertThat(pair.ws().isInputClosed()).isTrue();
  }

  @Test
  void nothingIsCalledAfterClose() {
    Pair pair = connectAndRequestAll();
    CompletableFuture<Void> may = new CompletableFuture<>();
    calls.reaction = (ws, call) -> may;
    pair.peer().send(close(1000, ""), text(true, utf8("late")), frame(true, 9, utf8("late")));
    calls.next("close");
    roundTrip(pair, "marker");
    pair.peer().end();
    may.complete(null);
    assertThat(calls.others()).isEmpty();
  }

  @Test
  void resetIsAnError() {
    Pair pair = connectAndRequestAll();
    pair.peer().reset();
    assertThat(calls.next("error")).isInstanceOf(IOException.class);
    assertThat(pair.ws().isInputClosed()).isTrue();
    assertThat(pair.ws().isOutputClosed()).isTrue();
  }

  @Test
  void brokenProtocolIsAnErrorOnce() {
    Pair pair = connectAndRequestAll();
    pair.peer().send(frame(true, 3, new byte[0]), text(true, utf8("late")));
    assertThat(calls.next("error")).isInstanceOf(IOException.class);
    assertThat(pair.ws().isInputClosed()).isTrue();
    assertThat(pair.ws().isOutputClosed()).isTrue();
    pair.peer().awaitEnd();
    assertThat(calls.others()).isEmpty();
  }

  @Test
  void textThatIsNoUtf8IsAnError() {
    Pair pair = connectAndRequestAll();
    pair.peer().send(text(true, new byte[] {'a', (byte) 0xFF}));
    assertThat(calls.next("error")).isInstanceOf(IOException.class);
    pair.peer().awaitEnd();
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "text", "binary", "ping", "pong"})
  void methodThatThrowsIsAnError(String method) {
    RuntimeException thrown = new RuntimeException("thrown on purpose");
    calls.reaction =
        (ws, call) -> {
          if (call.method().equals(method)) {
            throw thrown;
          }
          ws.request(1);
          return null;
        };
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    calls.next("open");
    if (!method.equals("open")) {
      peer.send(
          switch (method) {
            case "text" -> text(true, utf8("a"));
            case "binary" -> frame(true, 2, new byte[1]);
            case "ping" -> frame(true, 9, new byte[1]);
            default -> frame(true, 10, new byte[1]);
          });
      calls.next(method);
    }
    assertThat(calls.next("error")).isSameAs(thrown);
    get(building);
    peer.awaitEnd();
  }

  @Test
  void nothingIsCalledAfterACloseThatThrew() {
    Pair pair = connectAndRequestAll();
    calls.reaction =
        (ws, call) -> {
          throw new IllegalStateException("thrown on purpose");
        };
    pair.peer().closeFrame(1000, "");
    calls.next("close");
    pair.peer().end();
    pair.ws().abort();
    assertThat(calls.others()).isEmpty();
  }

  @Test
  void abortClosesBothSidesAndNothingIsCalled() {
    Pair pair = connectAndRequestAll();
    pair.ws().abort();
    assertThat(pair.ws().isInputClosed()).isTrue();
    assertThat(pair.ws().isOutputClosed()).isTrue();
    pair.ws().abort();
    pair.peer().awaitEnd();
    assertThat(calls.others()).isEmpty();
  }

  @Test
  void abortFromWithinAMethod() {
    Pair pair = connectAndRequestAll();
    calls.reaction =
        (ws, call) -> {
          ws.abort();
          return null;
        };
    pair.peer().send(text(true, utf8("a")), text(true, utf8("b")));
    calls.next("text");
    pair.peer().awaitEnd();
    assertThat(calls.others()).isEmpty();
  }
}
