// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SendQueueTest {
  /** A server whose peer takes nothing: what is sent waits behind the first message. */
  private static final class Stuck implements AutoCloseable {
    final Harness h = new Harness(64);
    final WebSocketStream stream = h.server(Harness.quiet());
    final RawPeer peer = h.openServer(stream);
    final io.plywire.inmemory.Gate gate;
    SendQueue queue;

    Stuck(int maxMessages, long maxBytes, OverflowPolicy policy) {
      gate =
          h.serverEnd
              .faults()
              .hold(
                  io.plywire.inmemory.IoKind.WRITE,
                  h.serverEnd.faults().started(io.plywire.inmemory.IoKind.WRITE));
      queue = new SendQueue(stream, maxMessages, maxBytes, policy);
    }

    Recorded<Long> send(String text) {
      Recorded<Long> handler = h.handler("send " + text);
      queue.send(text, Recorded.io(handler));
      h.run();
      return handler;
    }

    Recorded<Long> sendLatest(Object key, String text) {
      Recorded<Long> handler = h.handler("send " + text);
      queue.sendLatest(key, MessageKind.TEXT, Harness.bytes(text), Recorded.io(handler));
      h.run();
      return handler;
    }

    List<String> unblock() {
      gate.release();
      h.run();
      return peer.frames().stream().map(Frame::payloadText).toList();
    }

    @Override
    public void close() {
      h.close();
    }
  }

  @Test
  void messagesGoOutInOrderAndCompleteOneByOne() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      Recorded<Long> a = s.send("a");
      Recorded<Long> b = s.send("bb");
      Recorded<Void> flush = s.h.handler("flush");
      s.queue.flush(flush);
      Recorded<Long> c = s.send("ccc");
      assertThat(s.queue.queuedMessages()).isEqualTo(3);
      assertThat(s.queue.queuedBytes()).isEqualTo(6);
      flush.assertPending();
      assertThat(s.unblock()).containsExactly("a", "bb", "ccc");
      assertThat(a.result()).isEqualTo(1);
      assertThat(b.result()).isEqualTo(2);
      assertThat(c.result()).isEqualTo(3);
      flush.result();
      assertThat(s.queue.queuedMessages()).isZero();
      assertThat(s.queue.queuedBytes()).isZero();
    }
  }

  @Test
  void failRefusesWhatDoesNotFitInMessagesOrBytes() {
    try (Stuck s = new Stuck(2, 1000, OverflowPolicy.fail())) {
      s.send("a");
      s.send("b");
      assertThat(s.send("c").assertFailed(WebSocketError.QUEUE_FULL))
          .hasMessageContaining("2 messages");
      assertThat(s.unblock()).containsExactly("a", "b");
      Recorded<Long> d = s.send("d");
      assertThat(d.result()).isEqualTo(1);
    }
    try (Stuck s = new Stuck(100, 5, OverflowPolicy.fail())) {
      s.send("abc");
      s.send("def").assertFailed(WebSocketError.QUEUE_FULL);
      Recorded<Long> fits = s.send("gh");
      assertThat(s.unblock()).containsExactly("abc", "gh");
      assertThat(fits.result()).isEqualTo(2);
    }
  }

  @Test
  void dropNewestTellsTheNewcomer() {
    try (Stuck s = new Stuck(2, 1000, OverflowPolicy.dropNewest())) {
      s.send("a");
      s.send("b");
      s.send("c").assertFailed(WebSocketError.DROPPED);
      assertThat(s.queue.droppedMessages()).isEqualTo(1);
      assertThat(s.unblock()).containsExactly("a", "b");
    }
  }

  @Test
  void dropOldestTellsThoseThatWaitedAndSparesTheOneUnderWay() {
    try (Stuck s = new Stuck(3, 10, OverflowPolicy.dropOldest())) {
      Recorded<Long> underWay = s.send("1111");
      Recorded<Long> second = s.send("22");
      Recorded<Long> third = s.send("33");
      Recorded<Long> big = s.send("444444");
      second.assertFailed(WebSocketError.DROPPED);
      third.assertFailed(WebSocketError.DROPPED);
      s.send("much too big").assertFailed(WebSocketError.QUEUE_FULL);
      assertThat(s.queue.droppedMessages()).isEqualTo(2);
      assertThat(s.unblock()).containsExactly("1111", "444444");
      underWay.result();
      big.result();
    }
  }

  @Test
  void conflateKeepsTheLatestOfEachKeyAtItsPlace() {
    try (Stuck s = new Stuck(3, 1000, OverflowPolicy.conflateByKey())) {
      s.send("first");
      Recorded<Long> oldA = s.sendLatest("A", "a1");
      s.sendLatest("B", "b1");
      Recorded<Long> newA = s.sendLatest("A", "a2");
      oldA.assertFailed(WebSocketError.DROPPED);
      s.sendLatest("C", "c1").assertFailed(WebSocketError.QUEUE_FULL);
      assertThat(s.unblock()).containsExactly("first", "a2", "b1");
      assertThat(newA.result()).isEqualTo(2);
    }
  }

  @Test
  void conflateKeepsTheOldValueWhenTheNewOneDoesNotFit() {
    try (Stuck s = new Stuck(3, 10, OverflowPolicy.conflateByKey())) {
      s.send("12345");
      Recorded<Long> old = s.sendLatest("A", "a1");
      s.sendLatest("A", "too long").assertFailed(WebSocketError.QUEUE_FULL);
      assertThat(s.unblock()).containsExactly("12345", "a1");
      old.result();
    }
  }

  @Test
  void closeEndsTheConnectionOfASlowPeer() {
    CloseReason slow = new CloseReason(CloseCode.TRY_AGAIN_LATER, "too slow");
    try (Stuck s = new Stuck(2, 1000, OverflowPolicy.close(slow))) {
      Recorded<Long> underWay = s.send("a");
      Recorded<Long> waiting = s.send("b");
      s.send("c").assertFailed(WebSocketError.QUEUE_FULL);
      waiting.assertFailed(WebSocketError.QUEUE_FULL);
      s.send("d").assertFailed(WebSocketError.QUEUE_FULL);
      s.gate.release();
      s.h.run();
      assertThat(underWay.result()).isEqualTo(1);
      assertThat(s.peer.briefs()).containsExactly("TEXT(1)", "CLOSE(10)");
    }
  }

  @Test
  void closeAfterFlushSendsWhatWaitsAndRefusesTheRest() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      s.send("a");
      s.send("b");
      Recorded<CloseOutcome> close = s.h.handler("close");
      s.queue.closeAfterFlush(CloseReason.NORMAL, close);
      s.send("late").assertFailed(WebSocketError.QUEUE_FULL);
      s.gate.release();
      s.h.run();
      assertThat(s.peer.briefs()).containsExactly("TEXT(1)", "TEXT(1)", "CLOSE(2)");
      s.peer.send(Frame.close(1000, "").mask());
      s.h.run();
      s.peer.stop();
      s.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @Test
  void closeAfterFlushIsAskedForOnce() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      s.send("a");
      Recorded<CloseOutcome> close = s.h.handler("close");
      s.queue.closeAfterFlush(CloseReason.NORMAL, close);
      assertThatThrownBy(() -> s.queue.closeAfterFlush(CloseReason.NORMAL, (e, outcome) -> {}))
          .isInstanceOf(OperationPendingException.class)
          .hasMessageContaining("closeAfterFlush");
      s.unblock();
      close.assertPending();
    }
  }

  @Test
  void closeAfterFlushIsToldThatSomebodyElseCloses() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      Recorded<Long> sent = s.send("a");
      Recorded<CloseOutcome> own = s.h.close(s.stream, CloseReason.NORMAL);
      Recorded<CloseOutcome> close = s.h.handler("close");
      s.queue.closeAfterFlush(CloseReason.NORMAL, close);
      s.unblock();
      sent.result();
      close.assertFailed(StreamError.ABORTED);
      own.assertPending();
    }
  }

  /** The policy's close finds one under way: the sender is told of its message, and no more. */
  @Test
  void overflowBesideACloseThrowsNothing() {
    try (Stuck s = new Stuck(1, 1000, OverflowPolicy.close(CloseReason.of(4000)))) {
      s.send("a");
      s.h.close(s.stream, CloseReason.NORMAL);
      s.send("b").assertFailed(WebSocketError.QUEUE_FULL);
      Recorded<CloseOutcome> close = s.h.handler("close");
      s.queue.closeAfterFlush(CloseReason.NORMAL, close);
      s.unblock();
      close.assertFailed(StreamError.ABORTED);
    }
  }

  @Test
  void closeAfterFlushToAPeerThatTakesNothingEnds() {
    try (Harness h = new Harness(64)) {
      Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
      WebSocketStream stream = h.server(Harness.quiet().withTimeouts(timeouts));
      RawPeer peer = h.openServer(stream);
      peer.pause();
      SendQueue queue = new SendQueue(stream, 10, 10_000, OverflowPolicy.fail());
      Recorded<Long> sent = h.handler("send");
      queue.send("x".repeat(1000), Recorded.io(sent));
      h.run();
      h.executor.advance(Duration.ofDays(1));
      sent.assertPending();
      Recorded<CloseOutcome> close = h.handler("close");
      queue.closeAfterFlush(CloseReason.NORMAL, close);
      h.run();
      h.executor.advance(Duration.ofSeconds(29));
      sent.assertPending();
      h.executor.advance(Duration.ofSeconds(1));
      sent.assertFailed(StreamError.TIMEOUT);
      assertThat(close.runs()).isEqualTo(1);
    }
  }

  /** As long as it takes something, it has time. */
  @Test
  void closeAfterFlushToAPeerThatIsSlowWaits() {
    try (Harness h = new Harness(64)) {
      Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
      WebSocketStream stream = h.server(Harness.quiet().withTimeouts(timeouts));
      RawPeer peer = h.openServer(stream);
      SendQueue queue = new SendQueue(stream, 10, 10_000, OverflowPolicy.fail());
      Recorded<Long> sent = h.handler("send");
      peer.pause();
      queue.send("x".repeat(1000), Recorded.io(sent));
      h.run();
      Recorded<CloseOutcome> close = h.handler("close");
      queue.closeAfterFlush(CloseReason.NORMAL, close);
      for (int i = 0; sent.runs() == 0; i++) {
        assertThat(i).isLessThan(1000);
        h.executor.advance(Duration.ofSeconds(20));
        peer.resume();
        h.executor.runOne();
        h.executor.runOne();
        peer.pause();
        h.run();
      }
      sent.result();
      close.assertPending();
      assertThat(h.executor.elapsed()).isGreaterThan(Duration.ofSeconds(30));
    }
  }

  /** The write that stalls belongs to nobody who could be told to hurry. */
  @Test
  void closeStaysWantedWhenAnotherOneIsCancelled() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      s.send("a");
      CancellationSignal signal = new CancellationSignal();
      Recorded<CloseOutcome> own = s.h.handler("close");
      s.stream.asyncClose(CloseReason.of(4001), Handler.bindCancellationSlot(signal.slot(), own));
      s.h.run();
      s.stream.close();
      s.h.run();
      signal.emit(CancellationType.TOTAL);
      s.unblock();
      own.assertFailed(StreamError.ABORTED);
      assertThat(s.peer.briefs()).containsExactly("TEXT(1)", "CLOSE(2)");
    }
  }

  @Test
  void handlerOfAMessageThatThrowsEndsTheConnection() {
    try (Stuck s = new Stuck(1, 1000, OverflowPolicy.fail())) {
      s.send("a");
      s.queue.send(
          "b",
          (error, bytes) -> {
            throw new IllegalStateException("handler's own trouble");
          });
      s.h.run();
      s.unblock();
      assertThat(s.peer.briefs()).containsExactly("TEXT(1)", "CLOSE(2)");
    }
  }

  @Test
  void aWaitingMessageCanBeCancelledAndTheOthersGoOn() {
    for (CancellationType type : CancellationType.values()) {
      try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
        s.send("a");
        Recorded<Long> b = s.send("b");
        s.send("c");
        b.cancel(type);
        b.assertPending();
        s.h.run();
        assertThat(b.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
        assertThat(s.queue.queuedMessages()).isEqualTo(2);
        assertThat(s.unblock()).containsExactly("a", "c");
      }
    }
  }

  @Test
  void everyMessageIsToldWhenTheConnectionFails() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      Recorded<Long> a = s.send("a");
      Recorded<Long> b = s.send("b");
      Recorded<Void> flush = s.h.handler("flush");
      s.queue.flush(flush);
      s.stream.abort();
      s.h.run();
      a.assertFailed(StreamError.ABORTED);
      b.assertFailed(WebSocketError.CLOSED);
      flush.result();
      s.send("c").assertFailed(WebSocketError.CLOSED);
      assertThat(s.queue.queuedMessages()).isZero();
    }
  }

  @Test
  void aWriteBesideTheQueueFailsTheMessageAndNotTheQueue() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      Recorded<Long> beside = s.h.write(s.stream, "beside");
      s.send("a").assertFailed(WebSocketError.QUEUE_FULL);
      s.gate.release();
      s.h.run();
      beside.result();
      assertThat(s.send("b").result()).isEqualTo(1);
    }
  }

  @Test
  void kindsAndPreparedMessagesKeepTheirKind() {
    try (Stuck s = new Stuck(10, 1000, OverflowPolicy.fail())) {
      s.stream.writeKind(MessageKind.BINARY); // the setting of the stream is not the queue's
      s.send("text");
      Recorded<Long> binary = s.h.handler("binary");
      s.queue.send(MessageKind.BINARY, Harness.bytes("bin"), Recorded.io(binary));
      Recorded<Long> prepared = s.h.handler("prepared");
      s.queue.send(PreparedMessage.text("prepared"), Recorded.io(prepared));
      s.gate.release();
      s.h.run();
      assertThat(s.peer.briefs()).containsExactly("TEXT(4)", "BINARY(3)", "TEXT(8)");
      assertThat(binary.result()).isEqualTo(3);
      assertThat(prepared.result()).isEqualTo(8);
    }
  }

  @Test
  void aQueueThatCanHoldNothingIsRefused() {
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.server(Harness.quiet());
      assertThatThrownBy(() -> new SendQueue(stream, 0, 1, OverflowPolicy.fail()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new SendQueue(stream, 1, 0, OverflowPolicy.fail()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  new SendQueue(stream, 1, 9, OverflowPolicy.fail())
                      .send("\ud800", CompletionToken.useFuture()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @Timeout(60)
  void messagesOfManyThreadsArriveWholeAndInTheOrderOfEachThread() throws Exception {
    int threads = 8;
    int each = 500;
    try (InMemoryLoop loop = new InMemoryLoop("send-queue-test")) {
      InMemoryPipe pipe = InMemoryPipe.create(loop);
      WebSocketStream server = new WebSocketStream(pipe.server(), Harness.quiet());
      WebSocketStream client = new WebSocketStream(pipe.client(), Harness.quiet());
      CompletableFuture<?> accepted = server.asyncAccept(CompletionToken.useFuture());
      client.asyncHandshake("example.com", "/", CompletionToken.useBlocking());
      accepted.get(20, TimeUnit.SECONDS);
      SendQueue queue = new SendQueue(server, threads * each, 1 << 20, OverflowPolicy.fail());
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int sender = t;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    queue.send(sender + ":" + i, (error, bytes) -> {});
                  }
                });
        senders.add(thread);
        thread.start();
      }
      Map<String, Integer> next = new HashMap<>();
      for (int i = 0; i < threads * each; i++) {
        Message message = client.asyncRead(CompletionToken.useFuture()).get(20, TimeUnit.SECONDS);
        String[] parts = message.text().split(":");
        assertThat(Integer.parseInt(parts[1])).isEqualTo(next.getOrDefault(parts[0], 0));
        next.merge(parts[0], 1, Integer::sum);
      }
      for (Thread sender : senders) {
        sender.join();
      }
      queue.flush(CompletionToken.useFuture()).get(20, TimeUnit.SECONDS);
      assertThat(queue.queuedMessages()).isZero();
      server.abort();
      client.abort();
    }
  }
}
