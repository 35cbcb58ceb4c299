// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who writes next when a frame has been written and several wait: whoever holds the turn, whoever
 * waits, and in whatever order they came.
 */
class TurnOrderTest {
  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);
  private static final int WRITE_FRAMES = 3;

  private enum Writer {
    WRITE,
    PING,
    PONG,
    KEEP_ALIVE,
    AUTO_PONG,
    CLOSE
  }

  /** Who comes next, by who is leaving. */
  private static final Map<Writer, List<Writer>> ORDER =
      new EnumMap<>(
          Map.of(
              Writer.WRITE,
              List.of(Writer.CLOSE, Writer.KEEP_ALIVE, Writer.AUTO_PONG, Writer.PING, Writer.PONG),
              Writer.PING,
              List.of(Writer.CLOSE, Writer.KEEP_ALIVE, Writer.AUTO_PONG, Writer.PONG, Writer.WRITE),
              Writer.PONG,
              List.of(Writer.CLOSE, Writer.KEEP_ALIVE, Writer.AUTO_PONG, Writer.WRITE, Writer.PING),
              Writer.KEEP_ALIVE,
              List.of(Writer.CLOSE, Writer.PING, Writer.PONG, Writer.AUTO_PONG, Writer.WRITE),
              Writer.AUTO_PONG,
              List.of(Writer.CLOSE, Writer.KEEP_ALIVE, Writer.PING, Writer.PONG, Writer.WRITE)));

  @ParameterizedTest
  @EnumSource(value = Writer.class, mode = EnumSource.Mode.EXCLUDE, names = "CLOSE")
  void waitingOperationsWakeInTheWrittenOrderWhateverTheOrderTheyCame(Writer holder) {
    int sequences = 0;
    for (List<Writer> arrivals : sequences(EnumSet.complementOf(EnumSet.of(holder)))) {
      assertThat(wire(holder, arrivals))
          .as("%s holds the turn, then came %s", holder, arrivals)
          .isEqualTo(expected(holder, EnumSet.noneOf(Writer.class), arrivals));
      sequences++;
    }
    assertThat(sequences).isEqualTo(326);
  }

  private static List<Writer> expected(Writer first, Set<Writer> waiting, List<Writer> arrivals) {
    waiting.addAll(arrivals);
    List<Writer> wire = new ArrayList<>();
    int framesLeft = WRITE_FRAMES;
    Writer holder = first;
    while (holder != null) {
      wire.add(holder);
      if (holder == Writer.CLOSE) {
        return wire; // nothing follows
      }
      Writer next = ORDER.get(holder).stream().filter(waiting::contains).findFirst().orElse(null);
      if (holder == Writer.WRITE && --framesLeft > 0) {
        if (next == null) {
          next = Writer.WRITE;
        } else {
          waiting.add(Writer.WRITE);
        }
      }
      waiting.remove(next == Writer.WRITE && next == holder ? null : next);
      holder = next;
    }
    return wire;
  }

  private static List<Writer> wire(Writer holder, List<Writer> arrivals) {
    try (Scene scene = new Scene()) {
      Gate gate = scene.holdNextWrite();
      scene.start(holder);
      arrivals.forEach(scene::start);
      gate.release();
      scene.h.run();
      List<Writer> wire = scene.peer.frames().stream().map(TurnOrderTest::writer).toList();
      if (wire.contains(Writer.CLOSE)) {
        scene.peer.send(Frame.close(1000, "").mask());
        scene.h.run();
        scene.peer.stop();
        scene.h.run();
      }
      scene.assertAllEnded();
      return wire;
    }
  }

  private static Writer writer(Frame frame) {
    return switch (frame.opcode()) {
      case 8 -> Writer.CLOSE;
      case 9 -> frame.payload().length == 0 ? Writer.KEEP_ALIVE : Writer.PING;
      case 10 -> frame.payloadText().equals("reply") ? Writer.AUTO_PONG : Writer.PONG;
      default -> Writer.WRITE;
    };
  }

  /** Returns every order of every subset. */
  private static List<List<Writer>> sequences(Set<Writer> of) {
    List<List<Writer>> all = new ArrayList<>();
    all.add(List.of());
    for (Writer last : of) {
      Set<Writer> others = EnumSet.copyOf(of);
      others.remove(last);
      for (List<Writer> sequence : sequences(others)) {
        List<Writer> longer = new ArrayList<>(sequence);
        longer.add(last);
        all.add(longer);
      }
    }
    return all;
  }

  @Test
  void nothingFollowsACloseFrame() {
    try (Scene scene = new Scene()) {
      Gate gate = scene.holdNextWrite();
      scene.start(Writer.WRITE);
      for (Writer writer : Writer.values()) {
        if (writer != Writer.WRITE) {
          scene.start(writer);
        }
      }
      gate.release();
      scene.h.run();
      assertThat(scene.peer.briefs()).containsExactly("TEXT+(8)", "CLOSE(2)");
      scene.operations.get(Writer.CLOSE).assertPending();
      scene.peer.send(Frame.close(1000, "").mask());
      scene.h.run();
      scene.peer.stop();
      scene.h.run();
      scene.operations.get(Writer.WRITE).assertFailed(StreamError.ABORTED);
      assertThat(scene.operations.get(Writer.WRITE).value()).isEqualTo(8L);
      scene.operations.get(Writer.PING).assertFailed(StreamError.ABORTED);
      scene.operations.get(Writer.PONG).assertFailed(StreamError.ABORTED);
      scene.operations.get(Writer.CLOSE).result();
      scene.read.handler.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void nothingButTheReplyFollowsThePeersCloseFrame() {
    try (Scene scene = new Scene()) {
      Gate gate = scene.holdNextWrite();
      scene.start(Writer.WRITE);
      scene.start(Writer.PING);
      scene.start(Writer.PONG);
      scene.start(Writer.KEEP_ALIVE);
      scene.start(Writer.AUTO_PONG);
      scene.peer.send(Frame.close(1001, "bye").mask());
      scene.h.run();
      gate.release();
      scene.h.run();
      assertThat(scene.peer.briefs()).containsExactly("TEXT+(8)", "CLOSE(2)");
      scene.peer.stop();
      scene.h.run();
      for (Writer writer : List.of(Writer.WRITE, Writer.PING, Writer.PONG)) {
        scene.operations.get(writer).assertFailed(StreamError.ABORTED);
      }
      scene.read.handler.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void turnIsNeverFreeForANewcomerWhileSomebodyWaits() {
    try (Scene scene = new Scene()) {
      Gate gate = scene.holdNextWrite();
      Recorded<Void> later = scene.h.handler("ping from the handler");
      scene.server.asyncPong(
          Harness.bytes("holder"),
          (error, none) -> scene.server.asyncPing(Harness.bytes("newcomer"), later));
      Recorded<Long> write = scene.h.write(scene.server, "waits");
      scene.h.run();
      gate.release();
      scene.h.run();
      write.result();
      later.result();
      assertThat(scene.peer.briefs()).containsExactly("PONG(6)", "TEXT(5)", "PING(8)");
    }
  }

  /** A server with a read outstanding, and a raw client. */
  private static final class Scene implements AutoCloseable {
    final Harness h = new Harness();
    final WebSocketStream server =
        h.server(
            Harness.quiet()
                .withWriteBufferBytes(8)
                .withTimeouts(Timeouts.none().withPing(PING_INTERVAL, Duration.ofDays(1))));
    final RawPeer peer = h.openServer(server);
    final Received read = h.read(server);
    final Map<Writer, Recorded<?>> operations = new EnumMap<>(Writer.class);

    Gate holdNextWrite() {
      h.run();
      return h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
    }

    void start(Writer writer) {
      switch (writer) {
        case WRITE -> operations.put(writer, h.write(server, "m".repeat(8 * WRITE_FRAMES)));
        case PING -> operations.put(writer, h.ping(server, "ping"));
        case PONG -> operations.put(writer, h.pong(server, "pong"));
        case CLOSE -> operations.put(writer, h.close(server, CloseReason.NORMAL));
        case AUTO_PONG -> peer.send(Frame.ping("reply").mask());
        case KEEP_ALIVE -> h.executor.advance(PING_INTERVAL);
      }
      h.run();
    }

    void assertAllEnded() {
      operations.forEach(
          (writer, operation) -> assertThat(operation.isDone()).as("%s ended", writer).isTrue());
    }

    @Override
    public void close() {
      h.close();
    }
  }
}
