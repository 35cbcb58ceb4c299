// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.Rig;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a WebSocket receives as a publisher: as much as is requested, and how it ends. */
class MessagePublisherTest {
  /** A subscriber that keeps what it is told and requests nothing by itself. */
  private static class Collector implements Flow.Subscriber<Message> {
    final List<String> signals = new ArrayList<>();
    Flow.Subscription subscription;
    Throwable error;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      signals.add("subscribed");
    }

    @Override
    public void onNext(Message item) {
      signals.add(item.text());
    }

    @Override
    public void onError(Throwable throwable) {
      error = throwable;
      signals.add("error");
    }

    @Override
    public void onComplete() {
      signals.add("complete");
    }
  }

  private static Collector subscribe(Rig rig, WebSocketStream stream) {
    Collector collector = new Collector();
    new MessagePublisher(stream).subscribe(collector);
    rig.run();
    assertThat(collector.signals).containsExactly("subscribed");
    collector.signals.clear();
    return collector;
  }

  private static void send(Rig rig, String... texts) {
    send(rig.peer(), texts, 0);
    rig.run();
  }

  private static void send(WebSocketStream stream, String[] texts, int index) {
    if (index < texts.length) {
      stream.asyncWrite(
          texts[index],
          (error, bytes) -> {
            if (error == null) {
              send(stream, texts, index + 1);
            }
          });
    }
  }

  @Test
  void onlyWhatIsRequestedIsRead() {
    try (Rig rig = new Rig(20)) {
      WebSocketStream stream = rig.connect();
      Collector collector = subscribe(rig, stream);
      List<Long> sent = new ArrayList<>();
      rig.peer().asyncWrite("longer than the window is", (error, bytes) -> sent.add(bytes));
      rig.run();
      assertThat(sent).as("the peer feels it").isEmpty();
      collector.subscription.request(1);
      rig.run();
      assertThat(sent).containsExactly(25L);
      assertThat(collector.signals).containsExactly("longer than the window is");
      send(rig, "a", "b", "c");
      assertThat(collector.signals).hasSize(1);
      collector.subscription.request(2);
      rig.run();
      assertThat(collector.signals).containsExactly("longer than the window is", "a", "b");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1011, 4000})
  void closeInOrderCompletesWhateverTheCode(int code) {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      Collector collector = subscribe(rig, stream);
      collector.subscription.request(10);
      send(rig, "last");
      rig.peer().asyncClose(CloseReason.of(code), (error, outcome) -> {});
      rig.run();
      assertThat(collector.signals).containsExactly("last", "complete");
      assertThat(stream.closeOutcome().code()).isEqualTo(code);
    }
  }

  @Test
  void brokenConnectionIsAnError() {
    try (Rig rig = new Rig(1000)) {
      Collector collector = subscribe(rig, rig.connect());
      collector.subscription.request(10);
      rig.run();
      Rig.reset(rig.peer());
      rig.run();
      assertThat(collector.signals).containsExactly("error");
      assertThat(collector.error).isInstanceOf(IOException.class);
    }
  }

  @Test
  void endThatIsKnownNeedsNoRequest() {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      stream.abort();
      rig.run();
      Collector collector = new Collector();
      new MessagePublisher(stream).subscribe(collector);
      rig.run();
      assertThat(collector.signals).containsExactly("subscribed", "error");
    }
  }

  @Test
  void cancelLosesNothingOfWhatComesLater() {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      Collector collector = subscribe(rig, stream);
      collector.subscription.request(10);
      send(rig, "one");
      collector.subscription.cancel();
      collector.subscription.cancel();
      collector.subscription.request(1);
      rig.run();
      send(rig, "two");
      assertThat(collector.signals).containsExactly("one");
      assertThat(stream.isOpen()).isTrue();
      List<String> read = new ArrayList<>();
      stream.asyncRead((error, message) -> read.add(message.text()));
      rig.run();
      assertThat(read).containsExactly("two");
    }
  }

  @Test
  void cancelWithinAMessageLosesNothingOfIt() {
    try (Rig rig = new Rig(20)) {
      WebSocketStream stream = rig.connect();
      Collector collector = subscribe(rig, stream);
      collector.subscription.request(1);
      rig.run();
      rig.peer().asyncWriteSome(false, ByteBuffer.wrap("one ".getBytes()), (error, n) -> {});
      rig.run();
      collector.subscription.cancel();
      rig.run();
      rig.peer().asyncWriteSome(true, ByteBuffer.wrap("two".getBytes()), (error, n) -> {});
      List<String> read = new ArrayList<>();
      stream.asyncRead((error, message) -> read.add(message.text()));
      rig.run();
      assertThat(read).containsExactly("one two");
      assertThat(collector.signals).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void requestThatIsNotPositiveIsAnErrorAndTheStreamLives(long n) {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      Collector collector = subscribe(rig, stream);
      collector.subscription.request(1);
      rig.run();
      collector.subscription.request(n);
      rig.run();
      assertThat(collector.signals).containsExactly("error");
      assertThat(collector.error)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3.9");
      assertThat(stream.isOpen()).isTrue();
    }
  }

  @Test
  void secondSubscriberIsRefused() {
    try (Rig rig = new Rig(1000)) {
      MessagePublisher publisher = new MessagePublisher(rig.connect());
      publisher.subscribe(new Collector());
      Collector second = new Collector();
      publisher.subscribe(second);
      rig.run();
      assertThat(second.signals).containsExactly("subscribed", "error");
      assertThat(second.error).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void secondReaderIsAnError() {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      stream.asyncRead((error, message) -> {});
      Collector collector = subscribe(rig, stream);
      collector.subscription.request(1);
      rig.run();
      assertThat(collector.error).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void subscriberThatThrowsEndsTheConnection() {
    try (Rig rig = new Rig(1000)) {
      WebSocketStream stream = rig.connect();
      Collector collector =
          new Collector() {
            @Override
            public void onNext(Message item) {
              super.onNext(item);
              throw new IllegalStateException("thrown on purpose");
            }
          };
      new MessagePublisher(stream).subscribe(collector);
      rig.run();
      collector.subscription.request(5);
      rig.peer().asyncRead((error, message) -> {});
      send(rig, "a", "b");
      assertThat(collector.signals).containsExactly("subscribed", "a");
      assertThat(rig.peer().closeOutcome().code()).isEqualTo(1011);
    }
  }

  @Test
  void whateverHappensWheneverItEndsOnce() {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try (Rig rig = new Rig(50)) {
        Collector collector = subscribe(rig, rig.connect());
        WebSocketStream peer = rig.peer();
        rig.disturbAt(step, () -> Rig.reset(peer));
        collector.subscription.request(Long.MAX_VALUE);
        send(peer, new String[] {"one", "two ".repeat(30), "three"}, 0);
        rig.run();
        peer.asyncClose(CloseReason.NORMAL, (error, outcome) -> {});
        rig.run();
        disturbed = rig.wasDisturbed();
        List<String> ends = new ArrayList<>(collector.signals);
        ends.retainAll(List.of("error", "complete"));
        assertThat(ends).as("step %d", step).hasSize(1);
        assertThat(collector.signals.get(collector.signals.size() - 1)).isEqualTo(ends.get(0));
      }
    }
  }

  @Test
  void cancelAtAnyStepIsTheLastSignal() {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try (Rig rig = new Rig(50)) {
        WebSocketStream stream = rig.connect();
        Collector collector = subscribe(rig, stream);
        List<Integer> before = new ArrayList<>();
        rig.disturbAt(
            step,
            () -> {
              collector.subscription.cancel();
              before.add(collector.signals.size());
            });
        collector.subscription.request(Long.MAX_VALUE);
        send(rig.peer(), new String[] {"one", "two ".repeat(30), "three"}, 0);
        rig.run();
        disturbed = rig.wasDisturbed();
        if (disturbed) {
          assertThat(collector.signals).as("step %d", step).hasSize(before.get(0));
          assertThat(stream.isOpen()).isTrue();
        }
      }
    }
  }
}
