// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A close from its call to its end: its turn, its deadline, who reads meanwhile, who is told. */
class CloseCallTest {
  private static final Timeouts CLOSING = Timeouts.none().withClosing(Duration.ofMillis(50));

  private static Gate holdWrite(Opened o) {
    return o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
  }

  private static Recorded<CloseOutcome> close(Opened o) {
    Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
    o.h.run();
    return close;
  }

  // ---- the turn

  @ParameterizedTest
  @EnumSource(Role.class)
  void webSocketIsOpenUntilTheCloseHasItsTurn(Role role) {
    try (Opened o = Opened.as(role)) {
      Gate gate = holdWrite(o);
      Recorded<Long> write = o.h.write(o.stream, "one frame");
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = close(o);
      assertThat(o.stream.isOpen()).isTrue();
      o.receive(Frame.text("in time"));
      assertThat(read.text()).isEqualTo("in time");
      gate.release();
      o.h.run();
      assertThat(o.stream.isOpen()).isFalse();
      assertThat(o.stream.closeOutcome()).isNull();
      assertThat(write.result()).as("a message of one frame is not cut").isEqualTo(9);
      assertThat(o.briefs()).containsExactly("TEXT(9)", "CLOSE(2)");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  /** From the peer's close frame on no message begins, though our answer is not out yet. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void nothingIsWrittenAfterThePeersCloseFrame(Role role) {
    try (Opened o = Opened.as(role)) {
      Gate gate = holdWrite(o);
      Recorded<Void> ping = o.h.ping(o.stream, "holds the turn");
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1001, ""));
      assertThat(o.stream.isOpen()).isFalse();
      Recorded<Long> write = o.h.write(o.stream, "late");
      Recorded<Void> pong = o.h.pong(o.stream, "late");
      o.h.run();
      write.assertFailed(WebSocketError.CLOSED);
      pong.assertFailed(WebSocketError.CLOSED);
      read.handler.assertPending();
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      ping.result();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("PING(14)", "CLOSE(2)");
    }
  }

  // ---- who reads while we wait for the peer

  /** A reader on a thread of its own: its next read comes some time after the last message. */
  private static final class SlowReader implements Executor {
    private final Opened o;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    final List<String> messages = new ArrayList<>();
    IOException end;

    SlowReader(Opened o) {
      this.o = o;
      read();
    }

    private void read() {
      o.stream.asyncRead(Handler.bindExecutor(this, this::received));
    }

    private void received(IOException error, Message message) {
      end = error;
      if (message != null) {
        messages.add(message.text());
        read();
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void run() {
      for (Runnable task; (task = tasks.poll()) != null; ) {
        task.run();
        o.h.run();
      }
    }
  }

  /** Whoever wants every message starts the next read in the handler of the last one. */
  @Test
  void betweenTwoReadsOfAThreadDataIsDropped() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      SlowReader reader = new SlowReader(o);
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.text("one"), Frame.text("two"), Frame.text("three"));
      reader.run();
      o.receive(Frame.text("four"));
      reader.run();
      assertThat(reader.messages).containsExactly("one", "four");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      reader.run();
      assertThat(((WebSocketException) reader.end).error()).isEqualTo(WebSocketError.CLOSED);
      close.result();
    }
  }

  /** What a read brought does not change while its handler is on the way to a thread of its own. */
  @Test
  void kindAndEndOfWhatWasReadAreThoseOfTheLastRead() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      List<Runnable> tasks = new ArrayList<>();
      Recorded<Message> read = o.h.handler("read");
      o.stream.asyncRead(Handler.bindExecutor(tasks::add, read));
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.binary(new byte[] {1}), Frame.text("dropped").notFinal());
      assertThat(tasks).hasSize(1);
      tasks.get(0).run();
      assertThat(read.result().kind()).isEqualTo(MessageKind.BINARY);
      assertThat(o.stream.receivedKind()).isEqualTo(MessageKind.BINARY);
      assertThat(o.stream.receivedMessageDone()).isTrue();
      o.receive(Frame.continuation(""), Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      close.result();
    }
  }

  // ---- deadlines

  /** One deadline for all of it: turn, close frame, the peer's, and the end of the layer below. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void teardownIsWithinTheDeadlineOfTheClose(boolean withRead) {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withTimeouts(CLOSING))) {
      Received read = withRead ? o.h.read(o.stream) : null;
      Recorded<CloseOutcome> close = close(o);
      o.h.executor.advance(Duration.ofMillis(30));
      o.receive(Frame.close(1000, "")); // and the peer does not end its side
      o.h.executor.advance(Duration.ofMillis(19));
      close.assertPending();
      o.h.executor.advance(Duration.ofMillis(1));
      if (withRead) {
        read.handler.assertFailed(StreamError.TIMEOUT);
        close.assertFailed(StreamError.ABORTED);
      } else {
        close.assertFailed(StreamError.TIMEOUT);
      }
      assertThat(o.stream.closeOutcome().handshakeComplete()).isTrue();
      assertThat(o.end().isOpen()).isFalse();
    }
  }

  @Test
  void closeThatWasCalledOffLeavesNoDeadline() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(CLOSING))) {
      Gate gate = holdWrite(o);
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<CloseOutcome> close = close(o);
      close.cancel(CancellationType.TOTAL);
      o.h.run();
      close.assertFailed(StreamError.ABORTED);
      o.h.executor.advance(Duration.ofHours(1));
      gate.release();
      o.h.run();
      write.result();
      assertThat(o.stream.isOpen()).isTrue();
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  // ---- cancellation

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeWhoseLayerEndsItselfIsEndedByForceOnly(boolean withRead) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = withRead ? o.h.read(o.stream) : null;
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.close(1000, "")); // and the peer does not end its side
      close.cancel(CancellationType.TOTAL);
      close.cancel(CancellationType.PARTIAL);
      o.h.run();
      close.assertPending();
      close.cancel(CancellationType.TERMINAL);
      o.h.run();
      assertThat(close.assertFailed(StreamError.ABORTED).cancellation())
          .isEqualTo(CancellationType.TERMINAL);
      if (withRead) {
        read.handler.assertFailed(StreamError.ABORTED);
      }
      assertThat(o.end().isOpen()).isFalse();
      assertThat(o.stream.closeOutcome().handshakeComplete()).isTrue();
      assertThat(o.stream.closeOutcome().cause()).isSameAs(close.error());
    }
  }

  /** The close is as good as over, and its handler gets what it would have got. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestAfterTheEndChangesNothing(CancellationType type) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      while (o.stream.closeOutcome() == null) {
        o.h.executor.runOne();
      }
      close.cancel(type);
      o.h.run();
      assertThat(close.result().transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  // ---- who is told

  /** Nobody waited when the connection failed: whoever comes first hears why, and only he. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void failureThatNobodyWaitedForIsToldToTheNextOperation(Role role) {
    try (Opened o = Opened.as(role)) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("whose answer stalls"));
      read.handler.cancel(CancellationType.TOTAL);
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      o.end().close(); // below our feet
      o.h.run();
      assertThat(o.stream.isOpen()).isFalse();
      Recorded<Long> first = o.h.write(o.stream, "first");
      o.h.run();
      Recorded<Void> second = o.h.ping(o.stream, "second");
      Received third = o.h.read(o.stream);
      Recorded<CloseOutcome> close = close(o);
      o.h.run();
      assertThat(first.error()).isSameAs(o.stream.closeOutcome().cause());
      second.assertFailed(WebSocketError.CLOSED);
      third.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(second.error()).isNotSameAs(first.error());
      assertThat(close.result()).isEqualTo(o.stream.closeOutcome());
    }
  }
}
