// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static io.plywire.websocket.reconnect.ReconnectorState.Phase.CLOSING;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.CONNECTING;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPEN;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPENING;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.STOPPED;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Reply;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end, from every state: everything pending is told, and nothing is left. */
class ReconnectorCloseTest {
  /** Brings a site to a state, with a message that waits where it can. */
  private enum From {
    NOT_BEGUN,
    CONNECTING_STATE,
    OPENING_STATE,
    OPEN_STATE,
    WAITING_STATE;

    Site site() {
      return new Site(
          this != CONNECTING_STATE,
          builder -> this == OPENING_STATE ? builder.onOpen((stream, first, done) -> {}) : builder);
    }

    void reach(Site site) {
      switch (this) {
        case NOT_BEGUN -> {}
        case CONNECTING_STATE -> {
          site.executor.runOne(); // dials; the refusal is on its way
          site.assertPhase(CONNECTING);
        }
        case OPENING_STATE -> {
          site.run();
          site.assertPhase(OPENING);
        }
        case OPEN_STATE -> {
          site.run();
          site.assertPhase(OPEN);
          Site.end(site.connection()).faults().capReads(1);
        }
        case WAITING_STATE -> {
          site.run();
          site.die();
          site.assertPhase(WAITING);
        }
      }
    }
  }

  private static void endsEverything(From from, Consumer<Site> end) {
    try (Site site = from.site()) {
      from.reach(site);
      Recorded<Long> message = from == From.OPEN_STATE ? null : site.send("waits");
      int dials = Math.max(1, site.dials.size()); // the first one is on its way from the beginning
      end.accept(site);
      site.run();
      site.assertPhase(STOPPED);
      if (message != null) {
        assertThat(Site.failure(message).delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(Site.failure(message).condition()).isEqualTo(ErrorCondition.CLOSED);
      }
      Recorded<Long> late = site.send("late");
      Recorded<ReconnectorState> again = site.close(CloseReason.NORMAL);
      site.run();
      assertThat(Site.delivery(late)).isEqualTo(Delivery.NOT_SENT);
      assertThat(again.result()).isSameAs(site.reconnector.state());
      site.pass(Duration.ofDays(1));
      assertThat(site.dials).hasSize(dials);
      assertThat(site.states.get(site.states.size() - 1).phase()).isEqualTo(STOPPED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closeEndsEverythingFromEveryState(From from) {
    endsEverything(
        from,
        site -> {
          Recorded<ReconnectorState> first = site.close(new CloseReason(1001, "bye"));
          Recorded<ReconnectorState> second = site.close(CloseReason.NORMAL);
          site.run();
          assertThat(first.result().phase()).isEqualTo(STOPPED);
          assertThat(second.result()).isSameAs(first.result());
        });
  }

  @ParameterizedTest
  @EnumSource
  void abortEndsEverythingFromEveryState(From from) {
    endsEverything(from, site -> site.reconnector.abort());
  }

  @Test
  void closeSaysGoodbyeInOrder() {
    try (Site site = new Site()) {
      site.run();
      Recorded<ReconnectorState> close = site.close(new CloseReason(1001, "bye"));
      site.run();
      assertThat(close.result().ending().outcome().handshakeComplete()).isTrue();
      assertThat(close.result().ending().error()).isNull();
      assertThat(site.connection().closeOutcome().received())
          .isEqualTo(new CloseReason(1001, "bye"));
      assertThat(site.phases()).containsExactly(CONNECTING, OPEN, CLOSING, STOPPED);
    }
  }

  @Test
  void abortSaysNothingAndEndsACloseThatTakesTooLong() {
    try (Site site = new Site()) {
      site.reads = false;
      site.run();
      Recorded<ReconnectorState> close = site.close(CloseReason.NORMAL);
      site.run();
      close.assertPending();
      site.assertPhase(CLOSING);
      site.reconnector.abort();
      site.run();
      assertThat(close.result().phase()).isEqualTo(STOPPED);
    }
    try (Site site = new Site()) {
      site.run();
      site.reconnector.abort();
      site.run();
      assertThat(site.connection().closeOutcome().received()).isNull();
    }
  }

  @Test
  void messagesOnTheirWayAreStillReceivedWhileClosing() {
    try (Site site = new Site()) {
      site.run();
      site.say("late");
      Recorded<ReconnectorState> close = site.close(CloseReason.NORMAL);
      site.run();
      close.result();
      assertThat(site.messages).containsExactly("late");
    }
  }

  @Test
  void messageThatIsBeingWrittenWhenItAbortsIsUnknown() {
    try (Site site = new Site()) {
      site.reads = false;
      site.run();
      Recorded<Long> written = site.send("x".repeat(200_000)); // more than the window
      Recorded<Long> waits = site.send("waits");
      site.run();
      written.assertPending();
      site.reconnector.abort();
      site.run();
      assertThat(Site.delivery(written)).isEqualTo(Delivery.UNKNOWN);
      assertThat(Site.failure(written).condition()).isEqualTo(ErrorCondition.CONNECTION_LOST);
      assertThat(Site.delivery(waits)).isEqualTo(Delivery.NOT_SENT);
    }
  }

  @Test
  void openHandlerThatIsDoneAfterTheCloseIsIgnored() {
    AtomicReference<Handler<Void>> done = new AtomicReference<>();
    AtomicReference<WebSocketStream> stream = new AtomicReference<>();
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (opened, first, handler) -> {
                      stream.set(opened);
                      done.set(handler);
                    }))) {
      site.run();
      site.reconnector.close();
      site.run();
      site.assertPhase(STOPPED);
      assertThat(stream.get().closeOutcome().handshakeComplete()).isTrue();
      done.get().completed(null, null);
      site.run();
      site.assertPhase(STOPPED);
    }
  }

  @Test
  void answerThatComesWhileItClosesChangesNothing() {
    try (Site site = new Site()) {
      site.refusal = Reply.unavailable(Duration.ofSeconds(1));
      while (site.accepted.isEmpty() && site.dials.isEmpty()) {
        site.executor.runOne();
      }
      for (int steps = 0; steps < 6; steps++) {
        site.executor.runOne();
      }
      site.reconnector.close();
      site.run();
      site.assertPhase(STOPPED);
    }
  }

  /** At whatever step the close comes, nothing is left and everything is told. */
  @Test
  void closeAtEveryStep() {
    long steps = 0;
    boolean reached = true;
    while (reached) {
      try (Site site =
          new Site(
              builder ->
                  builder.onOpen(
                      (stream, first, done) ->
                          stream.asyncWrite("token", (e, n) -> done.completed(e, null))))) {
        Recorded<Long> message = site.send("message");
        for (long i = 0; i < steps; i++) {
          site.executor.runOne();
        }
        reached = site.executor.pendingTasks() > 0;
        Recorded<ReconnectorState> close = site.close(CloseReason.NORMAL);
        site.run();
        close.result();
        boolean arrived = site.received.contains("message");
        switch (Site.delivery(message)) {
          case SENT -> assertThat(arrived).isTrue();
          case NOT_SENT -> assertThat(arrived).isFalse();
          case UNKNOWN -> {}
        }
      }
      steps++;
    }
    assertThat(steps).isGreaterThan(12);
  }

  @Test
  void nothingIsWaitedForThatTheOtherSideOwes() {
    try (Site site = new Site()) {
      site.run();
      Site.end(site.connection()).faults().loseEnd(Direction.OUTBOUND);
      site.reconnector.abort();
      site.run();
      site.assertPhase(STOPPED);
    }
  }
}
