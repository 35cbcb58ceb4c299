// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.adapters.jdk.ScriptedServer.Frame;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The send methods of {@link WebSocket}, sentence by sentence. */
abstract class SendContract extends WebSocketContract {
  /** More than sockets hold that nobody reads from. */
  private static final int TOO_MUCH = 64 << 20;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  // ---- messages

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_536, 1 << 20})
  void textIsSentAndTheFutureHasTheSocket(int size) {
    Pair pair = connect();
    String text = "é".repeat(size);
    CompletableFuture<WebSocket> sent = pair.ws().sendText(text, true);
    assertThat(new String(pair.peer().readMessage(), StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(get(sent)).isSameAs(pair.ws());
  }

  @Test
  void anyCharSequenceWillDo() {
    Pair pair = connect();
    get(pair.ws().sendText(new StringBuilder("built"), true));
    assertThat(pair.peer().read().text()).isEqualTo("built");
    get(pair.ws().sendText(CharBuffer.wrap("wrapped"), true));
    assertThat(pair.peer().read().text()).isEqualTo("wrapped");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_536, 1 << 20})
  void binaryIsSentAndItsBufferHasNothingLeft(int size) {
    Pair pair = connect();
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.allocateDirect(size + 2);
    buffer.put((byte) 9).put(bytes).put((byte) 9).position(1).limit(size + 1);
    CompletableFuture<WebSocket> sent = pair.ws().sendBinary(buffer, true);
    assertThat(pair.peer().readMessage()).isEqualTo(bytes);
    assertThat(get(sent)).isSameAs(pair.ws());
    assertThat(buffer.remaining()).isZero();
  }

  @Test
  void partsAreOneMessage() {
    Pair pair = connect();
    get(pair.ws().sendText("Hello, ", false));
    get(pair.ws().sendPing(bytes("between")));
    get(pair.ws().sendText("", false));
    get(pair.ws().sendText("world!", true));
    get(pair.ws().sendBinary(bytes("next"), true));
    Frame first = pair.peer().read();
    assertThat(first.opcode()).isEqualTo(1);
    assertThat(first.fin()).isFalse();
    assertThat(first.text()).isEqualTo("Hello, ");
    assertThat(pair.peer().read().opcode()).isEqualTo(9);
    assertThat(new String(pair.peer().readMessage(), StandardCharsets.UTF_8)).isEqualTo("world!");
    assertThat(pair.peer().read().opcode()).isEqualTo(2);
  }

  @Test
  void textWithinABinaryMessageIsRefusedAndChangesNothing() {
    Pair pair = connect();
    get(pair.ws().sendBinary(bytes("a"), false));
    assertThat(failure(pair.ws().sendText("no", true))).isInstanceOf(IllegalStateException.class);
    get(pair.ws().sendBinary(bytes("b"), true));
    assertThat(pair.peer().readMessage()).isEqualTo(new byte[] {'a', 'b'});
  }

  @Test
  void binaryWithinATextMessageIsRefusedAndChangesNothing() {
    Pair pair = connect();
    get(pair.ws().sendText("a", false));
    assertThat(failure(pair.ws().sendBinary(bytes("no"), true)))
        .isInstanceOf(IllegalStateException.class);
    get(pair.ws().sendText("b", true));
    assertThat(pair.peer().readMessage()).isEqualTo(new byte[] {'a', 'b'});
  }

  @Test
  void secondSendWhileOneIsPendingIsRefused() {
    Pair pair = connect();
    ByteBuffer much = ByteBuffer.allocate(TOO_MUCH);
    CompletableFuture<WebSocket> pending = pair.ws().sendBinary(much, true);
    assertThat(failure(pair.ws().sendBinary(bytes("no"), true)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(failure(pair.ws().sendText("no", true))).isInstanceOf(IllegalStateException.class);
    assertThat(pending).isNotDone();
    assertThat(pair.peer().readMessage()).hasSize(TOO_MUCH);
    get(pending);
    assertThat(much.hasRemaining()).isFalse();
    roundTrip(pair, "as ever");
  }

  @Test
  void pendingSendsFailWhenAborted() {
    Pair pair = connect();
    CompletableFuture<WebSocket> pending =
        pair.ws().sendBinary(ByteBuffer.allocate(TOO_MUCH), true);
    pair.ws().abort();
    assertThat(failure(pending)).isInstanceOf(IOException.class);
  }

  @Test
  void pendingSendsFailWhenTheConnectionBreaks() {
    Pair pair = connect();
    CompletableFuture<WebSocket> pending =
        pair.ws().sendBinary(ByteBuffer.allocate(TOO_MUCH), true);
    pair.peer().reset();
    assertThat(failure(pending)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uDE00b", "\uD83D\uD83D"})
  void malformedTextIsAnIoException(String text) {
    Pair pair = connect();
    assertThat(failure(pair.ws().sendText(text, true))).isInstanceOf(IOException.class);
  }

  // ---- pings and pongs

  @Test
  void pingIsSentAndItsPongIsHeard() {
    Pair pair = connectAndRequestAll();
    ByteBuffer payload = bytes("hello?");
    assertThat(get(pair.ws().sendPing(payload))).isSameAs(pair.ws());
    assertThat(payload.hasRemaining()).isFalse();
    Frame ping = pair.peer().read();
    assertThat(ping.opcode()).isEqualTo(9);
    assertThat(ping.text()).isEqualTo("hello?");
    pair.peer().send(ScriptedServer.Connection.frame(true, 10, ping.payload()));
    assertThat(calls.next("pong")).isEqualTo("hello?");
  }

  @Test
  void pongIsSent() {
    Pair pair = connect();
    ByteBuffer payload = ByteBuffer.allocate(125);
    assertThat(get(pair.ws().sendPong(payload))).isSameAs(pair.ws());
    assertThat(payload.hasRemaining()).isFalse();
    Frame pong = pair.peer().read();
    assertThat(pong.opcode()).isEqualTo(10);
    assertThat(pong.payload()).hasSize(125);
  }

  @Test
  void controlMessagesThatAreTooLongAreRefused() {
    Pair pair = connect();
    assertThat(failure(pair.ws().sendPing(ByteBuffer.allocate(126))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(pair.ws().sendPong(ByteBuffer.allocate(126))))
        .isInstanceOf(IllegalArgumentException.class);
    roundTrip(pair, "as ever");
  }

  @Test
  void secondPingOrPongWhileOneIsPendingIsRefused() {
    Pair pair = connect();
    CompletableFuture<WebSocket> big = pair.ws().sendBinary(ByteBuffer.allocate(TOO_MUCH), true);
    CompletableFuture<WebSocket> ping = pair.ws().sendPing(bytes("1"));
    while (ping.isDone()) {
      ping = pair.ws().sendPing(bytes("1")); // some may go before the sockets are full
    }
    assertThat(failure(pair.ws().sendPing(bytes("no")))).isInstanceOf(IllegalStateException.class);
    assertThat(failure(pair.ws().sendPong(bytes("no")))).isInstanceOf(IllegalStateException.class);
    pair.ws().abort();
    assertThat(failure(big)).isInstanceOf(IOException.class);
    assertThat(failure(ping)).isInstanceOf(IOException.class);
  }

  // ---- the end

  @Test
  void closeIsSentAndReceivingGoesOn() {
    Pair pair = connectAndRequestAll();
    assertThat(get(pair.ws().sendClose(WebSocket.NORMAL_CLOSURE, "enough"))).isSameAs(pair.ws());
    assertThat(pair.ws().isOutputClosed()).isTrue();
    assertThat(pair.ws().isInputClosed()).isFalse();
    Frame close = pair.peer().read();
    assertThat(close.opcode()).isEqualTo(8);
    assertThat(close.code()).isEqualTo(1000);
    assertThat(close.reason()).isEqualTo("enough");
    pair.peer().text("not yet");
    assertThat(calls.next("text")).isEqualTo("not yet");
    pair.peer().closeFrame(1000, "now");
    assertThat(calls.next("close")).isEqualTo("1000 now");
    assertThat(pair.ws().isInputClosed()).isTrue();
    pair.peer().awaitEnd();
  }

  @Test
  void whatIsNotRequestedAfterACloseWaits() {
    Pair pair = connect();
    get(pair.ws().sendClose(1000, ""));
    pair.peer().read();
    pair.peer().send(text(true, "one".getBytes()), text(true, "two".getBytes()), close(1000, ""));
    for (String text : new String[] {"one", "two"}) {
      assertThat(calls.others()).isEmpty();
      pair.ws().request(1);
      assertThat(calls.next("text")).isEqualTo(text);
    }
    assertThat(pair.ws().isInputClosed()).isFalse();
    pair.ws().request(1);
    assertThat(calls.next("close")).isEqualTo("1000 ");
  }

  @Test
  void nothingIsSentAfterAClose() {
    Pair pair = connect();
    get(pair.ws().sendClose(1000, ""));
    assertThat(failure(pair.ws().sendText("late", true))).isInstanceOf(IOException.class);
    assertThat(failure(pair.ws().sendBinary(bytes("late"), true))).isInstanceOf(IOException.class);
    assertThat(failure(pair.ws().sendPing(bytes("late")))).isInstanceOf(IOException.class);
    assertThat(failure(pair.ws().sendPong(bytes("late")))).isInstanceOf(IOException.class);
    assertThat(failure(pair.ws().sendClose(1000, ""))).isInstanceOf(IOException.class);
  }

  @Test
  void nothingIsSentAfterAnAbort() {
    Pair pair = connect();
    pair.ws().abort();
    assertThat(failure(pair.ws().sendText("late", true))).isInstanceOf(IOException.class);
    assertThat(failure(pair.ws().sendClose(1000, ""))).isInstanceOf(IOException.class);
  }

  @Test
  void closeWaitsForWhatIsPending() {
    Pair pair = connect();
    CompletableFuture<WebSocket> big = pair.ws().sendBinary(ByteBuffer.allocate(TOO_MUCH), true);
    CompletableFuture<WebSocket> close = pair.ws().sendClose(1000, "after that");
    assertThat(pair.ws().isOutputClosed()).isTrue();
    assertThat(pair.peer().readMessage()).hasSize(TOO_MUCH);
    assertThat(pair.peer().read().reason()).isEqualTo("after that");
    get(big);
    get(close);
  }

  @Test
  void closeWithinAMessage() {
    Pair pair = connect();
    get(pair.ws().sendText("never compl", false));
    get(pair.ws().sendClose(1000, ""));
    assertThat(pair.peer().read().opcode()).isEqualTo(1);
    assertThat(pair.peer().read().opcode()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {-1, 0, 999, 1002, 1003, 1006, 1007, 1009, 1010, 1012, 1013, 1015, 5000, 70_000})
  void illegalCodesAreRefusedAndTheOutputStaysOpen(int code) {
    Pair pair = connect();
    assertThat(failure(pair.ws().sendClose(code, ""))).isInstanceOf(IllegalArgumentException.class);
    assertThat(pair.ws().isOutputClosed()).isFalse();
    roundTrip(pair, "as ever");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1008, 1011, 3000, 3999, 4000, 4999})
  void legalCodesAreSent(int code) {
    Pair pair = connect();
    get(pair.ws().sendClose(code, "r".repeat(123)));
    Frame close = pair.peer().read();
    assertThat(close.code()).isEqualTo(code);
    assertThat(close.reason()).hasSize(123);
  }

  @ParameterizedTest
  @ValueSource(ints = {124, 200})
  void reasonsThatAreTooLongAreRefused(int length) {
    Pair pair = connect();
    assertThat(failure(pair.ws().sendClose(1000, "r".repeat(length))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failure(pair.ws().sendClose(1000, "é".repeat(length / 2))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pair.ws().isOutputClosed()).isFalse();
  }

  @Test
  void malformedReasonIsRefused() {
    Pair pair = connect();
    assertThat(failure(pair.ws().sendClose(1000, "\uD83D")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pair.ws().isOutputClosed()).isFalse();
  }

  @Test
  void nullsAreRefusedAtOnce() {
    WebSocket ws = connect().ws();
    assertThatThrownBy(() -> ws.sendText(null, true)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ws.sendBinary(null, true)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ws.sendPing(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ws.sendPong(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ws.sendClose(1000, null)).isInstanceOf(NullPointerException.class);
    assertThat(ws.isOutputClosed()).isFalse();
  }
}
