// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.examples.chat.ChatHarness.Question;
import io.plywire.examples.chat.ChatHarness.Talker;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat, in memory: who comes in, who hears what, and how it ends. */
class ChatTest {
  private static final Duration PATIENCE_WITH_SLOW_ONES = Duration.ofSeconds(60);

  // ---- rooms

  @Test
  void linesGoToEverybodyInTheRoomAndToNobodyElse() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      Talker bob = h.talker("tea", "Bob");
      Talker cem = h.talker("coffee", "Cem");
      assertThat(h.chat.rooms()).isEqualTo(2);
      bob.say("hello");
      ann.say("<b>hi</b> ä: 😀");
      assertThat(ann.news())
          .containsExactly(
              "* Ann joined, 1 here", "* Bob joined, 2 here", "Bob: hello", "Ann: <b>hi</b> ä: 😀");
      assertThat(bob.news())
          .containsExactly("* Bob joined, 2 here", "Bob: hello", "Ann: <b>hi</b> ä: 😀");
      assertThat(cem.news()).containsExactly("* Cem joined, 1 here");
    }
  }

  @Test
  void roomEndsWithItsLastMember() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      Talker bob = h.talker("tea", "Bob");
      ann.stream.asyncClose(CloseReason.NORMAL, useFuture());
      h.run();
      assertThat(bob.news()).containsExactly("* Bob joined, 2 here", "* Ann left, 1 here");
      assertThat(h.chat.rooms()).isEqualTo(1);
      bob.stream.abort();
      h.run();
      assertThat(h.chat.rooms()).isZero();
      assertThat(h.talker("tea", "Cem").news()).containsExactly("* Cem joined, 1 here");
    }
  }

  @Test
  void messageIsOneLineAndNothingIsNone() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      ann.news();
      ann.say("one\r\nBob: two\u0007");
      ann.say("");
      ann.say(" \n ");
      ann.say("three");
      assertThat(ann.news()).containsExactly("Ann: one Bob: two", "Ann: three");
    }
  }

  @Test
  void whatIsNoTextOrTooLongIsClosed() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      Talker bob = h.talker("tea", "Bob");
      bob.stream.asyncWrite(MessageKind.BINARY, ByteBuffer.allocate(3), (e, n) -> {});
      h.run();
      assertThat(bob.ending()).isEqualTo("1003 this is a chat: text only");
      Talker cem = h.talker("tea", "Cem");
      cem.say("x".repeat(4097));
      assertThat(cem.ending()).startsWith("1009 ");
      ann.say("still here");
      assertThat(ann.news())
          .endsWith(
              "* Bob left, 1 here",
              "* Cem joined, 2 here",
              "* Cem left, 1 here",
              "Ann: still here");
    }
  }

  // ---- slow members

  @ParameterizedTest
  @ValueSource(ints = {4000, 200}) // so that there are too many bytes, or too many messages
  void memberWhoDoesNotReadIsClosedAndOthersGoOn(int length) throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      WebSocketStream slow = h.join("tea", "Slow");
      Talker bob = h.talker("tea", "Bob");
      ann.news();
      bob.news();
      List<String> said = flood(h, ann, bob, length);
      Talker late = h.new Talker(slow); // now it reads, and finds what was on its way, and why
      h.run();
      assertThat(late.ending()).isEqualTo("1013 too slow: too much waits for you");
      assertThat(late.heard).hasSizeLessThan(said.size());
      ann.say("still here");
      assertThat(bob.news()).containsExactly("Ann: still here");
    }
  }

  @Test
  void memberWhoNeverReadsIsCutOff() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      Talker ann = h.talker("tea", "Ann");
      h.join("tea", "Slow");
      Talker bob = h.talker("tea", "Bob");
      flood(h, ann, bob, 4000);
      assertThat(h.server.connectionCount()).isEqualTo(3);
      h.executor.advance(PATIENCE_WITH_SLOW_ONES);
      assertThat(h.server.connectionCount()).isEqualTo(2);
    }
  }

  /** Ann talks until the slow one has left; returns what she said, all of which Bob has heard. */
  private static List<String> flood(ChatHarness h, Talker ann, Talker bob, int length) {
    List<String> said = new ArrayList<>();
    String left = "* Slow left, 2 here";
    bob.news();
    while (!bob.heard.contains(left)) {
      assertThat(said).as("lines, and the slow one has not left").hasSizeLessThan(10_000);
      String line = said.size() + "x".repeat(length);
      ann.say(line);
      h.executor.advance(Duration.ofMillis(50)); // as fast as she may
      said.add("Ann: " + line);
    }
    assertThat(bob.heard.remove(left)).isTrue();
    assertThat(bob.news()).isEqualTo(said);
    return said;
  }

  // ---- who comes in

  @Test
  void tokenIsDecidedLater() throws Exception {
    try (ChatHarness h = ChatHarness.asking()) {
      CompletableFuture<WebSocketStream> right = h.connect("/rooms/tea?token=r");
      CompletableFuture<WebSocketStream> wrong = h.connect("/rooms/tea?token=w&name=W");
      CompletableFuture<WebSocketStream> none = h.connect("/rooms/tea");
      CompletableFuture<WebSocketStream> gone = h.connect("/rooms/tea?token=g");
      gone.cancel(true);
      h.run();
      assertThat(h.questions).extracting(Question::token).containsExactly("r", "w", null, "g");
      assertThat(List.of(right, wrong, none)).noneMatch(CompletableFuture::isDone);
      assertThat(h.chat.rooms()).isZero();
      h.questions.get(1).answer().accept(false);
      h.questions.get(2).answer().accept(false);
      h.questions.get(3).answer().accept(true); // and nobody comes
      h.run();
      assertThat(ChatHarness.answer(wrong)).isEqualTo("401 Bearer realm=\"chat\"");
      assertThat(ChatHarness.answer(none)).isEqualTo("401 Bearer realm=\"chat\"");
      assertThat(h.chat.rooms()).isZero();
      Thread other = new Thread(() -> h.questions.get(0).answer().accept(true));
      other.start();
      other.join();
      h.run();
      Talker talker = h.new Talker(right.join());
      h.run();
      assertThat(talker.news()).containsExactly("* guest joined, 1 here");
    }
  }

  @Test
  void tokenMayStandInTheField() throws Exception {
    try (ChatHarness h = ChatHarness.asking()) {
      for (String scheme : List.of("Bearer ", "bearer ", "Basic ")) {
        h.start(
            "/rooms/tea?token=query",
            WebSocketOptions.defaults()
                .withRequestDecorator(r -> r.fields().add("Authorization", scheme + "field")));
        h.run();
      }
      assertThat(h.questions)
          .extracting(Question::token)
          .containsExactly("field", "field", "query");
      h.questions.forEach(question -> question.answer().accept(false));
    }
  }

  @Test
  void namesAreBounded() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      String token = "?token=" + ChatHarness.TOKEN;
      for (String room : List.of("a.b", "a%20b", "a%2Fb", "%C3%A4", "x".repeat(33), "a/b", "")) {
        assertThat(h.refusal("/rooms/" + room + token)).as(room).isEqualTo("404");
      }
      for (String name : List.of("", "%2A", "a:b", "a%0Ab", "%20a", "x".repeat(33), "%3Cb%3E")) {
        assertThat(h.refusal("/rooms/tea" + token + "&name=" + name)).as(name).isEqualTo("400");
      }
      for (String name : List.of("Ann-Marie", "J.+R.", "%E6%9D%8E_7", "x".repeat(32))) {
        assertThat(h.connect("/rooms/" + "x".repeat(32) + token + "&name=" + name)).isCompleted();
      }
      assertThat(h.refusal("/rooms/tea?token=secreT")).startsWith("401 ");
      assertThat(h.refusal("/elsewhere")).isEqualTo("404");
    }
  }

  /** Whatever a client has come to when it leaves, nothing of it stays. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientMayLeaveAtEveryStep(boolean somebodyIsThere) throws Exception {
    boolean more = true;
    for (int steps = 0; more; steps++) {
      try (ChatHarness h = new ChatHarness()) {
        Talker ann = somebodyIsThere ? h.talker("tea", "Ann") : null;
        CompletableFuture<WebSocketStream> coming =
            h.start("/rooms/tea?name=Bob&token=" + ChatHarness.TOKEN, WebSocketOptions.defaults());
        for (int i = 0; i < steps && more; i++) {
          more = h.executor.runOne();
        }
        coming.thenAccept(WebSocketStream::abort);
        coming.cancel(true);
        h.run();
        assertThat(h.chat.rooms()).isEqualTo(somebodyIsThere ? 1 : 0);
        if (ann != null) {
          List<String> heard = ann.news();
          assertThat(heard.subList(1, heard.size()))
              .isIn(List.of(), List.of("* Bob joined, 2 here", "* Bob left, 1 here"));
        }
      }
    }
  }

  // ---- the end

  @Test
  void endSays1001ToEverybodyAfterWhatWaits() throws Exception {
    try (ChatHarness h = new ChatHarness()) {
      List<Talker> all =
          IntStream.range(0, 20).mapToObj(i -> h.talker("room" + i % 3, "n" + i)).toList();
      all.get(0).stream.asyncWrite("the last word", useFuture());
      h.run();
      CompletableFuture<ShutdownReport> report =
          h.server.asyncShutdown(
              CloseReason.of(CloseCode.GOING_AWAY),
              Duration.ZERO,
              Duration.ofSeconds(5),
              useFuture());
      h.run();
      assertThat(report.join()).isEqualTo(new ShutdownReport(20, 0, 0));
      assertThat(all).allSatisfy(one -> assertThat(one.ending()).isEqualTo("1001 "));
      assertThat(all.get(18).heard).contains("n0: the last word");
      assertThat(h.chat.rooms()).isZero();
    }
  }
}
