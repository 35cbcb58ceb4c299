// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPEN;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.WAITING;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.OutboxLimits;
import io.plywire.websocket.reconnect.OutboxLimits.WhenFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of each message. */
class ReconnectorOutboxTest {
  private static final OutboxLimits SMALL = OutboxLimits.defaults().with(3, 10);

  private static Site away(OutboxLimits limits) {
    Site site = new Site(false, builder -> builder.outbox(limits));
    site.run();
    site.assertPhase(WAITING);
    return site;
  }

  @Test
  void messagesWaitForAConnectionAndGoOutInOrder() {
    try (Site site = away(OutboxLimits.defaults())) {
      List<Recorded<Long>> sent = range(0, 20).mapToObj(i -> site.send("message " + i)).toList();
      assertThat(site.reconnector.queuedMessages()).isEqualTo(20);
      assertThat(site.reconnector.queuedBytes()).isEqualTo(10 * 9 + 10 * 10);
      site.run();
      sent.forEach(Recorded::assertPending);
      site.listen();
      site.passTheWait();
      assertThat(site.received)
          .containsExactlyElementsOf(range(0, 20).mapToObj(i -> "message " + i).toList());
      sent.forEach(each -> assertThat(each.result()).isBetween(9L, 10L));
      assertThat(site.reconnector.queuedMessages()).isZero();
    }
  }

  @Test
  void bufferIsConsumedWhenItsMessageWasSentAndNotBefore() {
    try (Site site = away(OutboxLimits.defaults())) {
      ByteBuffer payload = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1);
      Recorded<Long> sent = site.recorded("send");
      site.reconnector.send(MessageKind.BINARY, payload, Recorded.io(sent));
      site.run();
      assertThat(payload.position()).isEqualTo(1);
      site.listen();
      site.passTheWait();
      assertThat(sent.result()).isEqualTo(3);
      assertThat(payload.remaining()).isZero();
    }
  }

  @Test
  void whatDoesNotFitIsRejected() {
    try (Site site = away(SMALL)) {
      site.send("123456");
      Recorded<Long> tooLong = site.send("12345");
      site.send("1");
      site.send("2");
      Recorded<Long> tooMany = site.send("3");
      site.run();
      for (Recorded<Long> rejected : List.of(tooLong, tooMany)) {
        assertThat(Site.failure(rejected).delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(Site.failure(rejected).condition()).isEqualTo(ErrorCondition.LIMIT_EXCEEDED);
      }
      assertThat(Site.failure(tooMany)).hasMessageContaining("3 messages of 8 bytes wait");
      site.listen();
      site.passTheWait();
      assertThat(site.received).containsExactly("123456", "1", "2");
    }
  }

  @Test
  void oldestAreDroppedForNewerOnes() {
    try (Site site = away(SMALL.withWhenFull(WhenFull.DROP_OLDEST))) {
      Recorded<Long> first = site.send("1");
      Recorded<Long> second = site.send("22");
      Recorded<Long> third = site.send("333");
      Recorded<Long> fourth = site.send("4444444");
      Recorded<Long> tooLong = site.send("12345678901");
      site.run();
      assertThat(Site.delivery(first)).isEqualTo(Delivery.NOT_SENT);
      assertThat(Site.failure(second)).hasMessageContaining("dropped for a newer one");
      assertThat(Site.delivery(tooLong)).isEqualTo(Delivery.NOT_SENT);
      site.listen();
      site.passTheWait();
      assertThat(site.received).containsExactly("333", "4444444");
      third.result();
      fourth.result();
    }
  }

  /**
   * The one that is being written counts, and neither makes room nor costs others theirs in vain.
   */
  @Test
  void messageThatIsBeingWrittenIsNotDropped() {
    OutboxLimits limits =
        OutboxLimits.defaults().with(3, 200_010).withWhenFull(WhenFull.DROP_OLDEST);
    try (Site site = new Site(builder -> builder.outbox(limits))) {
      site.reads = false;
      site.run();
      Recorded<Long> written = site.send("x".repeat(200_000));
      site.run();
      Recorded<Long> waits = site.send("1234567890");
      Recorded<Long> tooLong = site.send("12345678901");
      Recorded<Long> newer = site.send("0987654321");
      site.run();
      assertThat(Site.delivery(tooLong)).isEqualTo(Delivery.NOT_SENT);
      assertThat(Site.delivery(waits)).isEqualTo(Delivery.NOT_SENT);
      written.assertPending();
      newer.assertPending();
      site.read(site.connection());
      site.run();
      written.result();
      newer.result();
    }
  }

  @Test
  void messageThatWaitsTooLongExpires() {
    OutboxLimits limits = OutboxLimits.defaults().withTimeToLive(Duration.ofMinutes(10));
    try (Site site = away(limits)) {
      Recorded<Long> first = site.send("first");
      site.pass(Duration.ofMinutes(4));
      Recorded<Long> second = site.send("second");
      site.pass(Duration.ofMinutes(6).minusNanos(1));
      first.assertPending();
      site.pass(Duration.ofNanos(1));
      assertThat(Site.failure(first).condition()).isEqualTo(ErrorCondition.TIMEOUT);
      assertThat(Site.delivery(first)).isEqualTo(Delivery.NOT_SENT);
      second.assertPending();
      site.listen();
      site.passTheWait();
      second.result();
      assertThat(site.received).containsExactly("second");
    }
  }

  @ParameterizedTest
  @EnumSource
  void messageThatWaitsCanBeCancelled(CancellationType type) {
    try (Site site = away(OutboxLimits.defaults())) {
      Recorded<Long> cancelled = site.send("cancelled");
      Recorded<Long> stays = site.send("stays");
      cancelled.cancel(type);
      cancelled.cancel(type);
      site.run();
      assertThat(Site.delivery(cancelled)).isEqualTo(Delivery.NOT_SENT);
      assertThat(Site.failure(cancelled).condition()).isEqualTo(ErrorCondition.ABORTED);
      site.listen();
      site.passTheWait();
      assertThat(site.received).containsExactly("stays");
      stays.cancel(type);
      stays.result();
    }
  }

  @Test
  void cancellationOfAMessageThatIsBeingWrittenIsTooLate() {
    try (Site site = new Site()) {
      site.reads = false;
      site.run();
      Recorded<Long> written = site.send("x".repeat(200_000));
      site.run();
      written.cancel(CancellationType.TERMINAL);
      site.run();
      written.assertPending();
      site.read(site.connection());
      site.run();
      written.result();
      site.assertPhase(OPEN);
    }
  }

  /** Breaks the connection while the first of two messages is written. */
  private static Recorded<Long> breakWhileWriting(Site site) {
    site.reads = false;
    site.run();
    Recorded<Long> broken = site.send("x".repeat(200_000));
    site.send("next");
    site.run();
    site.reads = true;
    site.connection().abort();
    site.run();
    return broken;
  }

  @Test
  void messageThatTheConnectionBrokeInIsUnknownAndTheNextOnesWait() {
    try (Site site = new Site()) {
      Recorded<Long> broken = breakWhileWriting(site);
      assertThat(Site.delivery(broken)).isEqualTo(Delivery.UNKNOWN);
      assertThat(Site.failure(broken)).hasMessageContaining("may have been sent");
      site.passTheWait();
      assertThat(site.received).containsExactly("next");
    }
  }

  @Test
  void onRequestItIsSentAgainBeforeAllOthers() {
    try (Site site = new Site(builder -> builder.resend(true))) {
      Recorded<Long> broken = breakWhileWriting(site);
      broken.assertPending();
      site.passTheWait();
      assertThat(broken.result()).isEqualTo(200_000);
      assertThat(site.received).containsExactly("x".repeat(200_000), "next");
    }
  }

  @Test
  void whatWasBegunStaysUnknownWhenItIsNotSentAgainAfterAll() {
    try (Site site = new Site(builder -> builder.resend(true))) {
      Recorded<Long> broken = breakWhileWriting(site);
      site.reconnector.close();
      site.run();
      assertThat(Site.delivery(broken)).isEqualTo(Delivery.UNKNOWN);
      assertThat(Site.failure(broken).condition()).isEqualTo(ErrorCondition.CLOSED);
    }
  }

  @Test
  void messageThatComesAfterThePeersGoodbyeWaitsForTheNextConnection() {
    try (Site site = new Site()) {
      site.run();
      site.connection().asyncClose(CloseReason.of(1001), (e, outcome) -> {});
      Recorded<Long> message = site.send("message");
      site.run();
      site.assertPhase(WAITING);
      if (!message.isDone()) {
        site.passTheWait();
      }
      message.result();
      assertThat(site.received).containsExactly("message");
    }
  }

  @Test
  void messageThatCannotBeSentHarmsNoOther() {
    try (Site site = new Site()) {
      site.run();
      Recorded<Long> bad = site.recorded("bad text");
      ByteBuffer broken = ByteBuffer.wrap(new byte[] {(byte) 0xC3, 0x28});
      site.reconnector.send(MessageKind.TEXT, broken, Recorded.io(bad));
      Recorded<Long> good = site.send("good");
      site.run();
      assertThat(Site.delivery(bad)).isEqualTo(Delivery.NOT_SENT);
      assertThat(Site.failure(bad).condition()).isEqualTo(ErrorCondition.USER_CODE);
      good.result();
      site.assertPhase(OPEN);
      assertThatThrownBy(() -> site.reconnector.send("\uD800", Site.ignored()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writeThatSomebodyElseHasLeftOutstandingIsTold() {
    AtomicReference<WebSocketStream> stream = new AtomicReference<>();
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (opened, first, done) -> {
                      stream.set(opened);
                      done.completed(null, null);
                    }))) {
      site.reads = false;
      site.run();
      stream.get().asyncWrite("x".repeat(200_000), Site.ignored());
      Recorded<Long> message = site.send("message");
      site.run();
      assertThat(Site.delivery(message)).isEqualTo(Delivery.NOT_SENT);
      assertThat(Site.failure(message)).hasMessageContaining("not the Reconnector's");
    }
  }

  @Test
  void handlerThatThrowsHarmsNobody() {
    try (Site site = new Site()) {
      site.reconnector.send(
          "thrower",
          (error, bytes) -> {
            throw new IllegalStateException("thrown by a handler");
          });
      Recorded<Long> next = site.send("next");
      site.run();
      next.result();
      site.assertPhase(OPEN);
    }
  }

  @Test
  void threeWordsForWhatAHandlerIsTold() {
    assertThat(Delivery.of(null)).isEqualTo(Delivery.SENT);
    assertThatThrownBy(() -> Delivery.of(new IOException("from elsewhere")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void threadsSendWhileTheExecutorRuns() throws Exception {
    try (Site site = new Site()) {
      site.run();
      int each = 500;
      CountDownLatch sent = new CountDownLatch(4);
      for (int t = 0; t < 4; t++) {
        String name = "t" + t + ":";
        new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    String text = name + i;
                    while (site.reconnector.queuedMessages() > 900) {
                      Thread.onSpinWait();
                    }
                    site.reconnector.send(text, Site.ignored());
                  }
                  sent.countDown();
                })
            .start();
      }
      while (sent.getCount() > 0) {
        site.run();
      }
      site.run();
      assertThat(site.received).hasSize(4 * each);
      for (int t = 0; t < 4; t++) {
        String name = "t" + t + ":";
        assertThat(site.received.stream().filter(text -> text.startsWith(name)))
            .containsExactlyElementsOf(range(0, each).mapToObj(i -> name + i).toList());
      }
    }
  }
}
