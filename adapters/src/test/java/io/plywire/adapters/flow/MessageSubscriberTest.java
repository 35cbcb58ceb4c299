// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.adapters.Rig;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** What sends: one message at a time, and an end that waits for the last one. */
class MessageSubscriberTest {
  private static final class Asked implements Flow.Subscription {
    long requested;
    int cancels;

    @Override
    public void request(long n) {
      requested += n;
    }

    @Override
    public void cancel() {
      cancels++;
    }
  }

  private final Asked asked = new Asked();
  private final List<String> received = new ArrayList<>();

  private static Message text(String text) {
    return new Message(MessageKind.TEXT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private MessageSubscriber subscribe(Rig rig) {
    MessageSubscriber subscriber = new MessageSubscriber(rig.connect());
    subscriber.onSubscribe(asked);
    return subscriber;
  }

  private void read(WebSocketStream stream) {
    stream.asyncRead(
        (error, message) -> {
          if (message != null) {
            received.add(message.text());
            read(stream);
          }
        });
  }

  private static CompletableFuture<CloseOutcome> closed(MessageSubscriber subscriber) {
    return subscriber.closed().toCompletableFuture();
  }

  @Test
  void nextIsRequestedWhenTheLastHasGone() {
    try (Rig rig = new Rig(20)) {
      MessageSubscriber subscriber = subscribe(rig);
      assertThat(asked.requested).isEqualTo(1);
      subscriber.onNext(text("more than the window takes"));
      rig.run();
      assertThat(asked.requested).as("the peer does not read").isEqualTo(1);
      read(rig.peer());
      rig.run();
      assertThat(asked.requested).isEqualTo(2);
      assertThat(received).containsExactly("more than the window takes");
    }
  }

  @Test
  void completionWaitsForTheLastMessageAndCloses() {
    try (Rig rig = new Rig(20)) {
      MessageSubscriber subscriber = subscribe(rig);
      CompletableFuture<CloseOutcome> closed = closed(subscriber);
      subscriber.onNext(text("more than the window takes"));
      subscriber.onComplete();
      rig.run();
      assertThat(closed).isNotDone();
      read(rig.peer());
      rig.run();
      assertThat(received).containsExactly("more than the window takes");
      assertThat(closed.join().handshakeComplete()).isTrue();
      assertThat(rig.peer().closeOutcome().code()).isEqualTo(1000);
      assertThat(asked.requested).isEqualTo(1);
    }
  }

  @Test
  void errorOfThePublisherIs1011() {
    try (Rig rig = new Rig(1000)) {
      MessageSubscriber subscriber = subscribe(rig);
      read(rig.peer());
      Exception why = new Exception("no more");
      subscriber.onError(why);
      rig.run();
      assertThat(rig.peer().closeOutcome().code()).isEqualTo(1011);
      assertThatThrownBy(() -> closed(subscriber).join()).hasCause(why);
    }
  }

  @Test
  void failedWriteCancels() {
    try (Rig rig = new Rig(1000)) {
      MessageSubscriber subscriber = subscribe(rig);
      Rig.reset(rig.peer());
      subscriber.onNext(text("too late"));
      rig.run();
      assertThat(asked.cancels).isEqualTo(1);
      assertThatThrownBy(() -> closed(subscriber).join()).hasCauseInstanceOf(IOException.class);
      subscriber.onNext(text("nobody cares"));
      subscriber.onComplete();
      rig.run();
    }
  }

  @Test
  void secondWriterCancels() {
    try (Rig rig = new Rig(5)) {
      WebSocketStream stream = rig.connect();
      MessageSubscriber subscriber = new MessageSubscriber(stream);
      subscriber.onSubscribe(asked);
      stream.asyncWrite("somebody else's message", (error, bytes) -> {});
      subscriber.onNext(text("no"));
      rig.run();
      assertThat(asked.cancels).isEqualTo(1);
      assertThatThrownBy(() -> closed(subscriber).join())
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void secondSubscriptionIsCancelled() {
    try (Rig rig = new Rig(1000)) {
      MessageSubscriber subscriber = subscribe(rig);
      Asked second = new Asked();
      subscriber.onSubscribe(second);
      assertThat(second.cancels).isEqualTo(1);
      assertThat(second.requested).isZero();
      assertThat(asked.cancels).isZero();
    }
  }

  /** What one WebSocket receives goes out by another, and the end goes along. */
  @Test
  void relay() {
    try (Rig rig = new Rig(100)) {
      WebSocketStream from = rig.connect();
      WebSocketStream source = rig.peer();
      WebSocketStream to = rig.connect();
      read(rig.peer());
      MessageSubscriber subscriber = new MessageSubscriber(to);
      new MessagePublisher(from).subscribe(subscriber);
      source.asyncWrite(
          "one",
          (error, n) -> source.asyncWrite("two ".repeat(100), (failure, m) -> source.close()));
      rig.run();
      assertThat(received).containsExactly("one", "two ".repeat(100));
      assertThat(closed(subscriber).join().handshakeComplete()).isTrue();
    }
  }

  @Test
  void whateverHappensWheneverItEnds() {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try (Rig rig = new Rig(50)) {
        MessageSubscriber subscriber = subscribe(rig);
        WebSocketStream peer = rig.peer();
        read(peer);
        rig.disturbAt(step, () -> Rig.reset(peer));
        subscriber.onNext(text("one ".repeat(30)));
        rig.run();
        subscriber.onNext(text("two"));
        subscriber.onComplete();
        rig.run();
        disturbed = rig.wasDisturbed();
        assertThat(closed(subscriber)).as("step %d", step).isDone();
      }
    }
  }
}
