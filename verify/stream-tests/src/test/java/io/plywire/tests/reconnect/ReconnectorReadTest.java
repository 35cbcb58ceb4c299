// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static io.plywire.websocket.reconnect.ReconnectorState.Phase.OPEN;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.STOPPED;
import static io.plywire.websocket.reconnect.ReconnectorState.Phase.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Messages come in one at a time, as fast as the application takes them. */
class ReconnectorReadTest {
  /** Keeps messages, and what to run when it is done with one. */
  private static final class Slow implements BiConsumer<Message, Runnable> {
    final List<String> got = new ArrayList<>();
    final ArrayDeque<Runnable> next = new ArrayDeque<>();

    @Override
    public void accept(Message message, Runnable then) {
      got.add(message.text());
      next.add(then);
    }

    void done() {
      next.remove().run();
    }
  }

  private static void say(Site site, String text) {
    site.say(text);
    site.run();
  }

  @Test
  void nextMessageIsReadWhenTheHandlerHasReturned() {
    try (Site site = new Site()) {
      site.run();
      for (int i = 0; i < 1_000; i++) {
        say(site, "m" + i);
      }
      assertThat(site.messages).hasSize(1_000).startsWith("m0", "m1").endsWith("m999");
    }
  }

  @Test
  void nextMessageIsReadWhenTheHandlerSaysSo() {
    Slow slow = new Slow();
    try (Site site = new Site(builder -> builder.onMessageAsync(slow))) {
      site.run();
      say(site, "one");
      say(site, "two");
      assertThat(slow.got).containsExactly("one");
      Runnable done = slow.next.remove();
      done.run();
      done.run(); // the second time does not count
      site.run();
      assertThat(slow.got).containsExactly("one", "two");
      say(site, "three");
      done.run();
      site.run();
      assertThat(slow.got).containsExactly("one", "two");
      slow.done();
      site.run();
      assertThat(slow.got).containsExactly("one", "two", "three");
    }
  }

  /** One at a time also from one connection to the next. */
  @Test
  void connectionThatIsNewWaitsForTheHandlerToo() {
    Slow slow = new Slow();
    try (Site site = new Site(builder -> builder.onMessageAsync(slow))) {
      site.run();
      say(site, "old");
      site.connection().abort();
      Recorded<Long> sent = site.send("notices the end");
      site.run();
      site.assertPhase(WAITING);
      site.passTheWait();
      site.assertPhase(OPEN);
      assertThat(sent.isDone()).isTrue();
      say(site, "new");
      assertThat(slow.got).containsExactly("old");
      slow.done();
      site.run();
      assertThat(slow.got).containsExactly("old", "new");
    }
  }

  @Test
  void handlerIsDoneAfterTheEnd() {
    Slow slow = new Slow();
    try (Site site = new Site(builder -> builder.onMessageAsync(slow))) {
      site.run();
      say(site, "one");
      Recorded<ReconnectorState> close = site.close(CloseReason.NORMAL);
      site.run();
      assertThat(close.result().phase()).isEqualTo(STOPPED);
      slow.done();
      site.run();
    }
  }

  /** What was dropped because nobody read leaves no hole in the middle. */
  @Test
  void nothingIsReadBehindAHole() {
    Slow slow = new Slow();
    try (Site site = new Site(builder -> builder.onMessageAsync(slow))) {
      site.run();
      say(site, "one");
      say(site, "two");
      Recorded<ReconnectorState> close = site.close(CloseReason.NORMAL);
      while (!close.isDone() && site.executor.runOne()) {
        if (!slow.next.isEmpty()) {
          slow.done();
        }
      }
      site.run();
      assertThat(slow.got).containsExactly("one");
    }
  }

  @Test
  void handlerThatThrowsEndsTheConnectionAndNotTheReconnector() {
    List<String> got = new ArrayList<>();
    try (Site site =
        new Site(
            builder ->
                builder.onMessage(
                    message -> {
                      got.add(message.text());
                      if (message.text().equals("bad")) {
                        throw new IllegalStateException("thrown by the handler");
                      }
                    }))) {
      site.run();
      say(site, "bad");
      assertThat(site.connection().closeOutcome().code()).isEqualTo(1011);
      site.assertPhase(WAITING);
      site.passTheWait();
      say(site, "good");
      assertThat(got).containsExactly("bad", "good");
    }
  }

  @Test
  void readThatSomebodyElseHasLeftOutstandingEndsTheConnection() {
    AtomicReference<WebSocketStream> stream = new AtomicReference<>();
    try (Site site =
        new Site(
            builder ->
                builder.onOpen(
                    (opened, first, done) -> {
                      if (first) {
                        opened.asyncRead((error, message) -> {});
                      }
                      stream.set(opened);
                      done.completed(null, null);
                    }))) {
      site.run();
      site.assertPhase(WAITING);
      assertThat(site.reconnector.state().ending().error()).hasMessageContaining("not ours");
      site.passTheWait();
      site.assertPhase(OPEN);
    }
  }

  @Test
  void withoutAHandlerMessagesAreDropped() {
    try (Site site = new Site()) {
      site.run();
      Reconnector deaf =
          Reconnector.builder(
                  site.executor,
                  handler ->
                      WebSocketClient.builder()
                          .transport(site.transport())
                          .build()
                          .asyncConnect(Site.URI, handler))
              .start();
      site.run();
      say(site, "one");
      say(site, "two");
      Recorded<Long> sent = site.recorded("send");
      deaf.send("still there", Recorded.io(sent));
      site.run();
      sent.result();
      deaf.close();
      site.run();
      assertThat(deaf.state().phase()).isEqualTo(STOPPED);
    }
  }
}
