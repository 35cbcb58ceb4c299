// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static io.plywire.websocket.reconnect.ReconnectorState.Phase.CONNECTING;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPEN;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.STOPPED;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Ending;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From attempt to attempt: when there is another one, when there is none, and what is told. */
class ReconnectingTest {
  @Test
  void connectsAgainWhenTheServerIsBack() {
    try (Site site = new Site()) {
      site.run();
      site.assertPhase(OPEN);
      site.die();
      site.assertPhase(WAITING);
      site.passTheWait();
      site.assertPhase(WAITING);
      Ending ending = site.reconnector.state().ending();
      assertThat(ending.stage()).isEqualTo(Ending.Stage.CONNECTING);
      assertThat(ending.failures()).isEqualTo(2);
      assertThat(((StreamException) ending.error()).error()).isEqualTo(StreamError.REFUSED);
      site.listen();
      site.passTheWait();
      site.assertPhase(OPEN);
      assertThat(site.reconnector.state().attempt()).isEqualTo(3);
      assertThat(site.phases())
          .containsExactly(CONNECTING, OPEN, WAITING, CONNECTING, WAITING, CONNECTING, OPEN);
      assertThat(site.reconnector.toString()).contains("open, attempt 3");
    }
  }

  @Test
  void firstAttemptIsMadeAtOnceAndIsRepeatedLikeAnyOther() {
    try (Site site = new Site(false, builder -> builder)) {
      site.run();
      assertThat(site.dials).containsExactly(Duration.ZERO);
      site.listen();
      site.passTheWait();
      site.assertPhase(OPEN);
    }
  }

  @Test
  void waitsLongerWithEachFailureAndNeverLongerThanTheCap() {
    try (Site site = new Site(false, builder -> builder.random(new Latest()))) {
      site.run();
      List<Duration> waits = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        waits.add(site.reconnector.state().delay());
        site.passTheWait();
      }
      assertThat(waits.stream().map(Duration::toMillis))
          .containsExactly(1100L, 2100L, 4100L, 8100L, 8100L, 8100L);
    }
  }

  @Test
  void onlyAStableConnectionLetsFailuresBeForgotten() {
    try (Site site = new Site(builder -> builder.random(new Latest()))) {
      site.run();
      for (int failures = 1; failures <= 3; failures++) {
        site.pass(Site.BACKOFF.stableAfter().minusNanos(1));
        site.connection().abort();
        site.run();
        assertThat(site.reconnector.state().ending().failures()).isEqualTo(failures);
        site.passTheWait();
        site.assertPhase(OPEN);
      }
      site.pass(Site.BACKOFF.stableAfter());
      site.connection().abort();
      site.run();
      Ending ending = site.reconnector.state().ending();
      assertThat(ending.failures()).isEqualTo(1);
      assertThat(ending.open()).isEqualTo(Site.BACKOFF.stableAfter());
      assertThat(site.reconnector.state().delay()).isEqualTo(Duration.ofMillis(1100));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404})
  void refusalForGoodIsNotRepeatedAndTold(int status) {
    try (Site site = new Site(false, builder -> builder)) {
      site.refusal = Reply.text(status, "no\n");
      site.listen();
      Recorded<Long> waiting = site.send("x");
      site.run();
      site.assertPhase(STOPPED);
      assertThat(site.reconnector.state().ending().httpStatus()).isEqualTo(status);
      assertThat(site.reconnector.state().ending().response().bodyText()).isEqualTo("no\n");
      assertThat(Site.failure(waiting)).hasMessageContaining("has stopped");
      site.pass(Duration.ofDays(1));
      assertThat(site.dials).hasSize(1);
    }
  }

  @Test
  void retryAfterIsObeyed() {
    try (Site site = new Site(false, builder -> builder)) {
      site.refusal = Reply.unavailable(Duration.ofSeconds(90));
      site.listen();
      site.run();
      site.assertPhase(WAITING);
      site.pass(Duration.ofSeconds(90));
      assertThat(site.dials).hasSize(1);
      site.refusal = null;
      site.pass(Duration.ofSeconds(1));
      site.assertPhase(OPEN);
    }
  }

  @Test
  void serverThatRestartsIsLeftAloneForFiveSeconds() {
    try (Site site = new Site()) {
      site.run();
      site.closeFromServer(1012);
      site.assertPhase(WAITING);
      Ending ending = site.reconnector.state().ending();
      assertThat(ending.closeCode()).isEqualTo(1012);
      assertThat(ending.error()).isNull();
      assertThat(ending.outcome().handshakeComplete()).isTrue();
      assertThat(site.reconnector.state().delay())
          .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
      site.passTheWait();
      site.assertPhase(OPEN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 1010, 3000})
  void serverThatClosesForGoodIsNotConnectedToAgain(int code) {
    try (Site site = new Site()) {
      site.run();
      site.closeFromServer(code);
      site.assertPhase(STOPPED);
      assertThat(site.reconnector.state().ending().closeCode()).isEqualTo(code);
      site.pass(Duration.ofDays(1));
      assertThat(site.dials).hasSize(1);
    }
  }

  @Test
  void policyOfOnesOwnDecides() {
    RetryPolicy standard = RetryPolicy.standard();
    RetryPolicy own =
        ending ->
            ending.closeCode() == 4001 ? RetryPolicy.Decision.stop() : standard.decide(ending);
    try (Site site = new Site(builder -> builder.retryPolicy(own))) {
      site.run();
      site.closeFromServer(4002);
      site.passTheWait();
      site.assertPhase(OPEN);
      site.closeFromServer(4001);
      site.assertPhase(STOPPED);
    }
  }

  @Test
  void policyOrListenerThatThrowsChangesNothing() {
    try (Site site =
        new Site(
            builder ->
                builder
                    .onState(
                        state -> {
                          throw new IllegalStateException("thrown by the listener");
                        })
                    .retryPolicy(
                        ending -> {
                          throw new IllegalStateException("thrown by the policy");
                        }))) {
      site.run();
      site.closeFromServer(1008);
      site.passTheWait();
      site.assertPhase(OPEN);
    }
  }

  @Test
  void attemptThatHangsEndsAtItsDeadlineAndItsStreamIsClosed() {
    AtomicReference<Handler<WebSocketStream>> hanging = new AtomicReference<>();
    try (Site site = new Site()) {
      Reconnector reconnector =
          Reconnector.builder(site.executor, hanging::set)
              .attemptTimeout(Duration.ofSeconds(7))
              .backoff(Site.BACKOFF)
              .start();
      site.pass(Duration.ofSeconds(7).minusNanos(1));
      assertThat(reconnector.state().phase()).isEqualTo(CONNECTING);
      List<CancellationType> requests = new ArrayList<>();
      hanging.get().cancellationSlot().assign((id, type) -> requests.add(type), 0);
      site.pass(Duration.ofNanos(1));
      assertThat(reconnector.state().phase()).isEqualTo(WAITING);
      StreamException error = (StreamException) reconnector.state().ending().error();
      assertThat(error.error()).isEqualTo(StreamError.TIMEOUT);
      assertThat(error).hasMessageContaining("7 s");
      assertThat(requests).containsExactly(CancellationType.TERMINAL);
      InMemoryPipe pipe = InMemoryPipe.create(site.executor);
      WebSocketStream late =
          new WebSocketStream(pipe.client(), Harness.quiet(), Upgraded.as(Role.CLIENT));
      hanging.get().completed(null, late);
      site.run();
      assertThat(late.closeOutcome()).as("a stream that nobody wants").isNotNull();
      assertThat(reconnector.state().phase()).isEqualTo(WAITING);
      reconnector.close();
      site.run();
      assertThat(reconnector.state().phase()).isEqualTo(STOPPED);
      pipe.server().close();
      site.run();
    }
  }

  @Test
  void dialThatThrowsIsNotAskedAgain() {
    try (Site site = new Site()) {
      IllegalStateException thrown = new IllegalStateException("no such scheme");
      Reconnector reconnector =
          Reconnector.builder(
                  site.executor,
                  handler -> {
                    throw thrown;
                  })
              .start();
      site.run();
      assertThat(reconnector.state().phase()).isEqualTo(STOPPED);
      assertThat(reconnector.state().ending().error()).hasCause(thrown);
    }
  }
}
