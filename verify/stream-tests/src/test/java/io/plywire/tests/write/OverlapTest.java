// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WritePendingException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be outstanding together: one table, and a test for each of its cells. */
class OverlapTest {
  private enum Operation {
    READ,
    READ_SOME,
    WRITE,
    WRITE_SOME,
    PING,
    PONG,
    CLOSE,
    HANDSHAKE,
    ACCEPT
  }

  private enum Then {
    /** Both go on, and end in success. */
    BESIDE,
    /** The second call throws {@link ReadPendingException}. */
    READ_PENDING,
    /** The second call throws {@link WritePendingException}. */
    WRITE_PENDING,
    /** The second call throws {@link OperationPendingException}. */
    PENDING,
    /** The second call throws {@link IllegalStateException}: one stream, one connection. */
    ONCE,
    /** The handler of the second gets {@link StreamError#ABORTED}; the first goes on. */
    ABORTED,
    /** The handler of the second gets {@link WebSocketError#CLOSED}; the first goes on. */
    TOO_LATE,
    /** The second ends the first, and the connection. */
    ENDS_IT
  }

  // Down: what is outstanding. Across: what is started then, in the order of the constants.
  private static final String[] TABLE = {
    //             read  readSome  write  writeSome  ping  pong  close  handshake  accept
    "READ          R     R         .      .          .     .     .      1          1",
    "READ_SOME     R     R         .      .          .     .     .      1          1",
    "WRITE         .     .         W      W          .     .     .      1          1",
    "WRITE_SOME    .     .         W      W          .     .     .      1          1",
    "PING          .     .         .      .          P     .     .      1          1",
    "PONG          .     .         .      .          .     P     .      1          1",
    "CLOSE         .     .         C      C          C     C     P      1          1",
    "HANDSHAKE     A     A         A      A          A     A     E      1          1",
    "ACCEPT        A     A         A      A          A     A     E      1          1",
  };

  static List<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (String row : TABLE) {
      String[] fields = row.split(" +");
      for (Operation second : Operation.values()) {
        Then then =
            switch (fields[second.ordinal() + 1]) {
              case "." -> Then.BESIDE;
              case "R" -> Then.READ_PENDING;
              case "W" -> Then.WRITE_PENDING;
              case "P" -> Then.PENDING;
              case "1" -> Then.ONCE;
              case "A" -> Then.ABORTED;
              case "C" -> Then.TOO_LATE;
              default -> Then.ENDS_IT;
            };
        cells.add(Arguments.of(Operation.valueOf(fields[0]), second, then));
      }
    }
    return cells;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void secondOperationWhileAFirstIsOutstanding(Operation first, Operation second, Then then) {
    try (Scene scene = new Scene(first)) {
      Recorded<?> outstanding = scene.start(first);
      scene.h.run();
      outstanding.assertPending();
      if (then == Then.BESIDE) {
        Recorded<?> other = scene.start(second);
        scene.h.run();
        outstanding.assertPending();
        scene.completeEverything();
        outstanding.result();
        other.result();
      } else if (then == Then.ABORTED || then == Then.TOO_LATE) {
        Recorded<?> other = scene.start(second);
        scene.h.run();
        if (then == Then.ABORTED) {
          other.assertFailed(StreamError.ABORTED);
        } else {
          other.assertFailed(WebSocketError.CLOSED);
        }
        outstanding.assertPending();
        scene.completeEverything();
        outstanding.result();
      } else if (then == Then.ENDS_IT) {
        scene.start(second);
        scene.h.run();
        outstanding.assertFailed(StreamError.ABORTED);
        assertThat(scene.stream.nextLayer().isOpen()).isFalse();
      } else {
        Throwable thrown = catchThrowable(() -> scene.call(second, new Recorded<>("refused")));
        assertThat(thrown).isExactlyInstanceOf(exception(then));
        scene.h.run();
        outstanding.assertPending();
        scene.completeEverything();
        outstanding.result();
        if (scene.stream.isOpen() && then != Then.ONCE) {
          Recorded<?> again = scene.start(second); // the next proper call works
          scene.h.run();
          scene.completeEverything();
          again.result();
        }
      }
    }
  }

  private static Class<?> exception(Then then) {
    return switch (then) {
      case READ_PENDING -> ReadPendingException.class;
      case WRITE_PENDING -> WritePendingException.class;
      case PENDING -> OperationPendingException.class;
      default -> IllegalStateException.class;
    };
  }

  @Test
  void readStartedRightAfterACloseGetsWhatThePeerStillSends() {
    for (boolean onExecutor : new boolean[] {true, false}) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.openServer(server);
        List<Recorded<?>> started = new ArrayList<>();
        Received[] read = new Received[1];
        Runnable calls =
            () -> {
              started.add(h.close(server, CloseReason.NORMAL));
              read[0] = h.read(server);
            };
        if (onExecutor) {
          h.executor.execute(calls);
        } else {
          calls.run();
        }
        h.run();
        read[0].handler.assertPending();
        peer.send(Frame.text("last words").mask());
        h.run();
        assertThat(read[0].text()).isEqualTo("last words");
        peer.send(Frame.close(1000, "").mask());
        h.run();
        peer.stop();
        h.run();
        started.get(0).result();
      }
    }
  }

  /** An open stream with a patient raw peer; or one about to be opened. */
  private static final class Scene implements AutoCloseable {
    final Harness h = new Harness();
    final WebSocketStream stream;
    private final RawPeer peer;
    private Gate gate;
    private boolean closing;
    private Operation opening;

    Scene(Operation first) {
      if (first == Operation.HANDSHAKE) {
        opening = first;
        stream = h.client(Harness.quiet());
        peer = h.raw(Role.SERVER);
      } else {
        stream = h.server(Harness.quiet());
        if (first == Operation.ACCEPT) {
          opening = first;
          peer = h.raw(Role.CLIENT);
        } else {
          peer = h.openServer(stream);
        }
      }
    }

    Recorded<?> start(Operation operation) {
      boolean writes =
          Stream.of(Operation.WRITE, Operation.WRITE_SOME, Operation.PING, Operation.PONG)
              .anyMatch(operation::equals);
      if (writes && gate == null && !closing && opening == null) {
        gate = h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      }
      closing |= operation == Operation.CLOSE;
      Recorded<Object> handler = h.handler(operation.toString());
      call(operation, handler);
      return handler;
    }

    @SuppressWarnings("unchecked")
    void call(Operation operation, Recorded<?> handler) {
      ByteBuffer bytes = Harness.bytes("bytes");
      switch (operation) {
        case READ ->
            stream.asyncRead(ByteBuffer.allocate(100), Recorded.io((Recorded<Long>) handler));
        case READ_SOME ->
            stream.asyncReadSome(ByteBuffer.allocate(100), Recorded.io((Recorded<Long>) handler));
        case WRITE -> stream.asyncWriteSome(true, bytes, Recorded.io((Recorded<Long>) handler));
        case WRITE_SOME ->
            stream.asyncWriteSome(false, bytes, Recorded.io((Recorded<Long>) handler));
        case PING -> stream.asyncPing(bytes, (Recorded<Void>) handler);
        case PONG -> stream.asyncPong(bytes, (Recorded<Void>) handler);
        case CLOSE -> stream.asyncClose(CloseReason.NORMAL, (Recorded<CloseOutcome>) handler);
        case HANDSHAKE ->
            stream.asyncHandshake("example.com", "/", (Recorded<UpgradeResponse>) handler);
        case ACCEPT -> stream.asyncAccept((Recorded<UpgradeRequest>) handler);
      }
    }

    /** Lets the peer do its part. */
    void completeEverything() {
      if (opening == Operation.HANDSHAKE) {
        peer.send(RawPeer.response(peer.receivedText()));
      } else if (opening == Operation.ACCEPT) {
        peer.send(Harness.request());
      } else {
        if (gate != null) {
          gate.release();
          gate = null;
        }
        peer.send(Frame.text("for a read, if there is one").mask());
        h.run();
        if (closing) {
          peer.send(Frame.close(1000, "").mask());
          h.run();
          peer.stop();
        }
      }
      h.run();
    }

    @Override
    public void close() {
      h.close();
    }
  }
}
