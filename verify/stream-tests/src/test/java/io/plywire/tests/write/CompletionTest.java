// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Associated;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WritePendingException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where and when handlers run. */
class CompletionTest {
  private enum Operation {
    READ,
    WRITE,
    PING,
    PONG,
    CLOSE
  }

  private enum State {
    UNOPENED,
    OPEN,
    FAILED,
    CLOSED
  }

  /** An executor that queues, counts, and knows whether one of its tasks is running. */
  private static final class Queue implements Executor {
    final Deque<Runnable> tasks = new ArrayDeque<>();
    int posted;
    boolean running;

    @Override
    public void execute(Runnable task) {
      posted++;
      tasks.add(task);
    }

    void run() {
      while (!tasks.isEmpty()) {
        running = true;
        tasks.poll().run();
        running = false;
      }
    }
  }

  /** A handler of any operation that brings its executors. */
  private static final class Probe<T> implements IoHandler, Handler<T> {
    Executor own;
    Executor immediate;
    Runnable then = () -> {};
    int runs;
    IOException error;

    @Override
    public void completed(IOException failure, long bytes) {
      completed(failure, null);
    }

    @Override
    public void completed(IOException failure, T result) {
      runs++;
      error = failure;
      then.run();
    }

    @Override
    public Executor executor() {
      return own;
    }

    @Override
    public Executor immediateExecutor() {
      return immediate;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return CancellationSlot.none();
    }
  }

  @SuppressWarnings("unchecked")
  private static void start(WebSocketStream stream, Operation operation, Associated handler) {
    ByteBuffer bytes = ByteBuffer.allocate(10);
    switch (operation) {
      case READ -> stream.asyncReadSome(bytes, (IoHandler) handler);
      case WRITE -> stream.asyncWriteSome(true, bytes, (IoHandler) handler);
      case PING -> stream.asyncPing(bytes, (Handler<Void>) handler);
      case PONG -> stream.asyncPong(bytes, (Handler<Void>) handler);
      case CLOSE -> stream.asyncClose(CloseReason.NORMAL, (Handler<CloseOutcome>) handler);
    }
  }

  /** A stream on which every operation can complete at once. */
  private static WebSocketStream stream(Harness h, State state) {
    WebSocketStream server = h.server(Harness.quiet());
    if (state != State.UNOPENED) {
      RawPeer peer = h.openServer(server);
      if (state == State.FAILED) {
        h.serverEnd.reset();
        h.write(server, "fails");
      } else if (state == State.CLOSED) {
        h.read(server);
        peer.send(Frame.close(1000, "").mask());
        h.run();
        peer.stop();
      } else {
        h.read(server); // so that the inbound buffer has the second message
        peer.send(Frame.text("one").mask(), Frame.text("two").mask());
      }
      h.run();
    }
    return server;
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void withoutImmediateExecutorTheHandlerNeverRunsWithinTheCall(State state) {
    for (Operation operation : Operation.values()) {
      for (boolean onExecutor : new boolean[] {true, false}) {
        try (Harness h = new Harness()) {
          WebSocketStream stream = stream(h, state);
          Probe<Object> probe = new Probe<>();
          Runnable call =
              () -> {
                start(stream, operation, probe);
                assertThat(probe.runs).as("%s of a stream %s", operation, state).isZero();
              };
          if (onExecutor) {
            h.executor.execute(call);
          } else {
            call.run();
          }
          h.run();
          boolean pending = state == State.OPEN && operation == Operation.CLOSE;
          assertThat(probe.runs).isEqualTo(pending ? 0 : 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void withInlineImmediateExecutorTheHandlerRunsWithinTheCallOnTheExecutor(State state) {
    for (Operation operation : Operation.values()) {
      if (state == State.OPEN && operation == Operation.CLOSE) {
        continue; // that takes its time
      }
      try (Harness h = new Harness()) {
        WebSocketStream stream = stream(h, state);
        Probe<Object> probe = new Probe<>();
        probe.immediate = InlineExecutor.instance();
        h.executor.execute(
            () -> {
              start(stream, operation, probe);
              assertThat(probe.runs).as("%s of a stream %s", operation, state).isEqualTo(1);
            });
        h.run();
        assertThat(probe.runs).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void immediateCompletionIsDispatchedToTheImmediateExecutorOnce(State state) {
    for (Operation operation : Operation.values()) {
      if (state == State.OPEN && operation == Operation.CLOSE) {
        continue;
      }
      for (boolean withOwn : new boolean[] {true, false}) {
        try (Harness h = new Harness()) {
          WebSocketStream stream = stream(h, state);
          Queue immediate = new Queue();
          Queue own = new Queue();
          Probe<Object> probe = new Probe<>();
          probe.immediate = immediate;
          probe.own = withOwn ? own : null;
          probe.then = () -> assertThat(withOwn ? own.running : immediate.running).isTrue();
          h.executor.execute(() -> start(stream, operation, probe));
          h.run();
          assertThat(probe.runs).isZero();
          assertThat(immediate.posted).isEqualTo(1);
          immediate.run();
          own.run();
          assertThat(own.posted).isEqualTo(withOwn ? 1 : 0);
          assertThat(probe.runs).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void laterCompletionGoesToTheHandlersOwnExecutorAndNotToTheImmediateOne() {
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.server(Harness.quiet());
      RawPeer peer = h.openServer(stream);
      Gate gate =
          h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      List<Probe<Object>> probes = new ArrayList<>();
      for (Operation operation : Operation.values()) {
        Queue own = new Queue();
        Queue immediate = new Queue();
        Probe<Object> probe = new Probe<>();
        probe.own = own;
        probe.immediate = immediate;
        start(stream, operation, probe);
        h.run();
        assertThat(own.posted + immediate.posted).isZero();
        probes.add(probe);
      }
      gate.release();
      h.run();
      peer.send(Frame.close(1000, "").mask());
      h.run();
      peer.stop();
      h.run();
      for (Probe<Object> probe : probes) {
        assertThat(((Queue) probe.immediate).posted).isZero();
        assertThat(((Queue) probe.own).posted).isEqualTo(1);
        assertThat(probe.runs).isZero();
        ((Queue) probe.own).run();
        assertThat(probe.runs).isEqualTo(1);
      }
    }
  }

  @Test
  void operationIsOverWhenItsHandlerRunsAndNotBefore() {
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.server(Harness.quiet());
      RawPeer peer = h.openServer(stream);
      Queue own = new Queue();
      Probe<Long> first = new Probe<>();
      first.own = own;
      Recorded<Long> second = h.handler("second");
      first.then = () -> stream.asyncWriteSome(true, Harness.bytes("second"), Recorded.io(second));
      stream.asyncWriteSome(true, Harness.bytes("first"), (IoHandler) first);
      h.run();
      assertThat(peer.briefs()).containsExactly("TEXT(5)");
      assertThatExceptionOfType(WritePendingException.class)
          .isThrownBy(() -> stream.asyncWriteSome(true, Harness.bytes("too early"), (e, n) -> {}));
      own.run();
      h.run();
      second.result();
      assertThat(peer.briefs()).containsExactly("TEXT(5)", "TEXT(6)");
    }
  }

  /** Whose handler throws has lost track: its connection ends, and says why (A10.6). */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void handlerThatThrowsEndsItsConnection(Operation operation) {
    CloseReason own = new CloseReason(4999, "lost track");
    for (Boolean reading : new Boolean[] {false, true}) {
      try (Harness h = new Harness()) {
        Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
        WebSocketStream stream =
            h.server(Harness.quiet().withTimeouts(timeouts).withHandlerFailureReason(own));
        RawPeer peer = h.openServer(stream);
        Received read = reading && operation != Operation.READ ? h.read(stream) : null;
        Probe<Object> probe = new Probe<>();
        probe.then =
            () -> {
              throw new IllegalStateException("handler's own trouble");
            };
        start(stream, operation, probe);
        h.run();
        if (operation == Operation.READ) {
          peer.send(Frame.text("data").mask());
        } else if (operation == Operation.CLOSE) {
          peer.send(Frame.close(1000, "").mask());
        }
        h.run();
        peer.stop(); // the teardown waits for it
        h.run();
        assertThat(probe.runs).isEqualTo(1);
        assertThat(stream.isOpen()).isFalse();
        assertThat(stream.closeOutcome()).isNotNull();
        assertThat(h.executor.pendingTimers()).isZero();
        assertThat(stream.closeOutcome().sent())
            .isEqualTo(operation == Operation.CLOSE ? CloseReason.NORMAL : own);
        if (read != null && operation != Operation.CLOSE) {
          read.handler.assertFailed(WebSocketError.CALLBACK_FAILED);
        } else if (read != null) {
          read.handler.assertFailed(WebSocketError.CLOSED);
        }
      }
    }
  }

  /** The peer neither reads nor answers: the deadline for closing ends it all the same. */
  @Test
  void handlerThatThrowsEndsItsConnectionToAPeerThatIsStuck() {
    try (Harness h = new Harness(64)) {
      Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
      WebSocketStream stream = h.server(Harness.quiet().withTimeouts(timeouts));
      RawPeer peer = h.openServer(stream);
      peer.pause();
      Recorded<Long> write = h.write(stream, "x".repeat(1000));
      stream.asyncRead(
          (error, message) -> {
            throw new IllegalStateException("handler's own trouble");
          });
      peer.send(Frame.text("data").mask());
      h.run();
      write.assertPending();
      h.executor.advance(Duration.ofSeconds(31));
      h.run();
      assertThat(write.runs()).isEqualTo(1);
      assertThat(stream.closeOutcome()).isNotNull();
    }
  }

  /** A second end that turns up while the first one is told does not disturb it. */
  @Test
  void peerThatClosesMeanwhileChangesNothing() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Faults faults = o.h.serverEnd.faults();
      Gate gate = faults.hold(IoKind.WRITE, faults.started(IoKind.WRITE));
      o.h.write(o.stream, "first");
      o.stream.asyncRead(
          (error, message) -> {
            o.h.read(o.stream);
            throw new IllegalStateException("handler's own trouble");
          });
      o.receive(Frame.text("data"));
      o.receive(Frame.close(1000, "bye"));
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(o.briefs()).containsExactly("TEXT(5)", "CLOSE(2)");
      assertThat(o.sentCloseCode()).isEqualTo(1011);
      assertThat(o.stream.closeOutcome().received()).isEqualTo(new CloseReason(1000, "bye"));
    }
  }

  @Test
  void abortedOperationsOfAFailedStreamAreToldOnTheirExecutorToo() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      h.openServer(server);
      h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      Recorded<Long> write = h.write(server, "stuck");
      Queue own = new Queue();
      Probe<Void> ping = new Probe<>();
      ping.own = own;
      server.asyncPing(Harness.bytes(""), (Handler<Void>) ping);
      h.run();
      server.abort();
      h.run();
      write.assertFailed(StreamError.ABORTED);
      assertThat(ping.runs).isZero();
      own.run();
      assertThat(ping.runs).isEqualTo(1);
      assertThat(ping.error).isNotNull();
    }
  }

  @Test
  void completionsOfTheNextLayerAreTakenWithoutAHopThroughTheQueue() {
    try (Harness h = new Harness(1 << 20)) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(8));
      h.openServer(server);
      Recorded<Long> write = h.handler("write of 1000 frames");
      h.executor.execute(
          () ->
              server.asyncWriteSome(
                  true,
                  ByteBuffer.allocate(8000),
                  IoHandler.bindImmediateExecutor(InlineExecutor.instance(), Recorded.io(write))));
      assertThat(h.executor.runOne()).isTrue();
      assertThat(write.result()).as("sent within the one task").isEqualTo(8000);
    }
  }
}
