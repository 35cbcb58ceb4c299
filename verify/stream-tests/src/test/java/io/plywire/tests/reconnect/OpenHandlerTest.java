// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPEN;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPENING;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.STOPPED;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Handler;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.reconnect.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A connection is made ready before others may use it. */
class OpenHandlerTest {
  @Test
  void othersWaitUntilTheOpenHandlerIsDone() {
    List<Boolean> firsts = new ArrayList<>();
    AtomicReference<Handler<Void>> done = new AtomicReference<>();
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (stream, first, handler) -> {
                      firsts.add(first);
                      done.set(handler);
                      stream.asyncWrite("token", Site.ignored());
                    }))) {
      Recorded<Long> message = site.send("message");
      site.run();
      site.assertPhase(OPENING);
      site.say("greeting");
      site.run();
      assertThat(site.received).containsExactly("token");
      assertThat(site.messages).isEmpty();
      message.assertPending();
      done.get().completed(null, null);
      done.get().completed(new IOException("the second call does not count"), null);
      site.run();
      site.assertPhase(OPEN);
      message.result();
      assertThat(site.received).containsExactly("token", "message");
      assertThat(site.messages).containsExactly("greeting");
      site.connection().abort();
      site.run();
      site.passTheWait();
      site.assertPhase(OPENING);
      assertThat(firsts).containsExactly(true, false);
    }
  }

  @Test
  void openHandlerThatFailsIsAFailedAttempt() {
    IOException failure = new IOException("no token");
    try (Site site =
        new Site(
            builder -> builder.onOpen((stream, first, done) -> done.completed(failure, null)))) {
      site.run();
      site.assertPhase(WAITING);
      Ending ending = site.reconnector.state().ending();
      assertThat(ending.stage()).isEqualTo(Ending.Stage.OPENING);
      assertThat(ending.error()).isSameAs(failure);
      assertThat(site.connection().closeOutcome().code()).isEqualTo(1000);
      assertThat(ending.closeCode()).as("the answer to our own close says nothing").isZero();
      site.passTheWait();
      assertThat(site.reconnector.state().ending().failures()).isEqualTo(2);
    }
  }

  @Test
  void openHandlerThatThrowsIsAFailedAttempt() {
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (stream, first, done) -> {
                      throw new IllegalStateException("thrown by the handler");
                    }))) {
      site.run();
      site.assertPhase(WAITING);
      assertThat(site.reconnector.state().ending().error()).hasMessageContaining("thrown by");
    }
  }

  @Test
  void serverThatSaysNoToTheOpenHandlerIsBelieved() {
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (stream, first, done) ->
                        stream.asyncRead((error, answer) -> done.completed(error, null))))) {
      site.run();
      site.assertPhase(OPENING);
      site.closeFromServer(1008);
      site.assertPhase(STOPPED);
      assertThat(site.reconnector.state().ending().closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void openHandlerThatHangsEndsAtTheDeadline() {
    try (Site site =
        new Site(
            builder ->
                builder
                    .attemptTimeout(Duration.ofSeconds(3))
                    .onOpen((stream, first, done) -> stream.asyncRead((error, answer) -> {})))) {
      site.pass(Duration.ofSeconds(3));
      site.assertPhase(WAITING);
      assertThat(site.reconnector.state().ending().error()).hasMessageContaining("within 3 s");
      assertThat(site.connection().closeOutcome()).isNotNull();
    }
  }

  @Test
  void openHandlerThatClosesTheStreamItselfIsAFailedAttempt() {
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (stream, first, done) -> {
                      stream.asyncClose(CloseReason.NORMAL, (error, outcome) -> {});
                      done.completed(new IOException("closed"), null);
                    }))) {
      site.run();
      site.assertPhase(WAITING);
    }
  }
}
