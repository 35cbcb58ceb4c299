// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Something else is written in every state of a write, and a write is started in every state of
 * something else: no frame is ever torn, the message stays whole, and everything ends. A validator
 * watches the wire; the next layer takes a byte at a time.
 */
class InterleavingTest {
  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);
  private static final String MESSAGE = "Wer wagt, gewinnt: 20 Bytes.";

  private enum Other {
    PING,
    PONG,
    CLOSE,
    PEERS_PING,
    PEERS_CLOSE
  }

  @ParameterizedTest
  @EnumSource(Other.class)
  void nothingTearsAMessageInWhateverStateOfItsWriteItComes(Other other) {
    for (Role role : Role.values()) {
      for (boolean fragmenting : new boolean[] {true, false}) {
        for (boolean posting : new boolean[] {true, false}) {
          boolean writing = true;
          for (int step = 0; writing; step++) {
            try (Scene scene = new Scene(role, fragmenting, posting)) {
              scene.startWrite(MESSAGE);
              writing = scene.step(step) && !scene.write.isDone();
              scene.start(other);
              scene.finish(other);
            } catch (AssertionError e) {
              throw new AssertionError(
                  other + " at step " + step + " as " + role + (fragmenting ? " fragmenting" : ""),
                  e);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Other.class)
  void messageIsWrittenInWhateverStateOfSomethingElseItBegins(Other other) {
    for (Role role : Role.values()) {
      for (boolean fragmenting : new boolean[] {true, false}) {
        for (boolean posting : new boolean[] {true, false}) {
          boolean busy = true;
          for (int step = 0; busy; step++) {
            try (Scene scene = new Scene(role, fragmenting, posting)) {
              scene.start(other);
              busy = scene.step(step);
              scene.startWrite(MESSAGE);
              scene.finish(other);
            } catch (AssertionError e) {
              throw new AssertionError(other + " before at step " + step + " as " + role, e);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1000", "4099", "8200"})
  void gatheredFramesAreNotTornEither(int cap) {
    byte[] bytes = new byte[30_000];
    for (Other other : Other.values()) {
      boolean writing = true;
      for (int step = 0; writing; step++) {
        try (Scene scene = new Scene(Role.SERVER, true, true)) {
          scene.stream.writeBufferBytes(9_000);
          scene.stream.writeKind(MessageKind.BINARY);
          scene.end.faults().capWrites(cap);
          scene.startWrite(ByteBuffer.allocateDirect(bytes.length));
          writing = scene.step(step) && !scene.write.isDone();
          scene.start(other);
          scene.finish(other);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"CLIENT, true", "CLIENT, false", "SERVER, true", "SERVER, false"})
  void keepAlivePingThatFallsDueAtAnyByteOfAWriteWaitsForTheFrame(Role role, boolean fragmenting) {
    boolean held = true;
    for (int k = 0; held; k++) {
      try (Scene scene = new Scene(role, fragmenting, false)) {
        Gate gate = scene.holdWrite(k);
        scene.startWrite(MESSAGE);
        scene.h.run();
        held = gate.isHolding();
        scene.h.executor.advance(PING_INTERVAL);
        gate.release();
        scene.finish(null);
        scene.assertFrames("PING(0)", fragmenting ? 4 : 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writeThatBeginsAtAnyByteOfAKeepAlivePingWaitsForIt(Role role) {
    boolean held = true;
    for (int k = 0; held; k++) {
      try (Scene scene = new Scene(role, true, false)) {
        Gate gate = scene.holdWrite(k);
        scene.h.executor.advance(PING_INTERVAL);
        held = gate.isHolding();
        scene.startWrite(MESSAGE);
        scene.h.run();
        gate.release();
        scene.finish(null);
        scene.assertFrames("PING(0)", 4);
      }
    }
  }

  @Test
  void floodOfPingsDoesNotStarveAWrite() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(8));
      RawPeer peer = h.openServer(server);
      h.read(server);
      h.serverEnd.faults().postAlways(true);
      h.serverEnd.faults().recordCalls();
      Recorded<Long> write = h.write(server, "x".repeat(800));
      for (int i = 0; i < 500; i++) {
        peer.send(Frame.ping("p" + i).mask());
      }
      h.run();
      assertThat(write.result()).isEqualTo(800);
      List<Frame> frames = peer.frames();
      assertThat(frames).hasSize(600);
      int pongs = 0;
      for (Frame frame : frames) {
        if (frame.opcode() == 10) {
          assertThat(frame.payloadText()).isEqualTo("p" + pongs++);
        }
      }
      int dataFrames = 0;
      int between = 0; // writes of the next layer that are no data frame, since the last one
      for (Faults.Call call : h.serverEnd.faults().calls()) {
        if (call.kind() == IoKind.WRITE && dataFrames < 100) {
          boolean data = call.offered() == 10;
          dataFrames += data ? 1 : 0;
          between = data ? 0 : between + 1;
          assertThat(between).as("turns of others before frame %s", dataFrames).isLessThan(2);
        }
      }
      assertThat(dataFrames).isEqualTo(100);
    }
  }

  @Test
  void pingsOfBothSidesWithoutEndDoNotStarveAWrite() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      h.serverEnd.faults().postAlways(true);
      h.serverEnd.faults().capReads(8); // about one ping at a time
      h.read(server);
      int[] left = {500};
      Runnable[] ping = new Runnable[1];
      ping[0] =
          () -> {
            if (left[0]-- > 0) {
              server.asyncPing(Harness.bytes("mine"), (error, none) -> ping[0].run());
            }
          };
      ping[0].run();
      for (int i = 0; i < 500; i++) {
        peer.send(Frame.ping("yr").mask());
      }
      for (int i = 0; i < 20; i++) {
        h.executor.runOne();
      }
      h.write(server, "lets me through");
      h.run();
      assertThat(peer.briefs().indexOf("TEXT(15)")).isBetween(0, 50);
    }
  }

  @Test
  void unfragmentedMessageLetsNobodyIn() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withAutoFragment(false));
      RawPeer peer = h.openServer(server);
      h.serverEnd.faults().capWrites(1000);
      h.serverEnd.faults().postAlways(true);
      h.read(server);
      h.write(server, "m".repeat(200_000));
      h.executor.runOne();
      h.ping(server, "p");
      peer.send(Frame.ping("r").mask());
      h.run();
      assertThat(peer.briefs()).containsExactly("TEXT(200000)", "PONG(1)", "PING(1)");
    }
  }

  /** One stream, written to a byte at a time, and a raw peer that answers. */
  private static final class Scene implements AutoCloseable {
    final Harness h = new Harness(16 << 10);
    final WebSocketStream stream;
    final InMemoryStream end;
    private final RawPeer peer;
    private final Role role;
    private final Received read;
    private ByteBuffer bytes;
    Recorded<Long> write;
    private Recorded<?> operation;

    Scene(Role role, boolean fragmenting, boolean posting) {
      this.role = role;
      var options =
          Harness.quiet()
              .withWriteBufferBytes(10)
              .withAutoFragment(fragmenting)
              .withTimeouts(Timeouts.none().withPing(PING_INTERVAL, Duration.ofDays(1)));
      boolean client = role == Role.CLIENT;
      stream = client ? h.client(options) : h.server(options);
      peer = client ? h.openClient(stream) : h.openServer(stream);
      end = client ? h.clientEnd : h.serverEnd;
      read = h.read(stream);
      h.run();
      end.faults().capWrites(1);
      end.faults().postAlways(posting);
    }

    Gate holdWrite(int k) {
      return end.faults().hold(IoKind.WRITE, end.faults().started(IoKind.WRITE) + k);
    }

    void assertFrames(String control, int count) {
      assertThat(peer.briefs()).contains(control).hasSize(count);
    }

    void startWrite(String message) {
      startWrite(Harness.bytes(message));
    }

    void startWrite(ByteBuffer message) {
      bytes = message;
      write = h.handler("write");
      stream.asyncWriteSome(true, bytes, Recorded.io(write));
    }

    boolean step(int steps) {
      for (int i = 0; i < steps; i++) {
        if (!h.executor.runOne()) {
          return false;
        }
      }
      return true;
    }

    void start(Other other) {
      switch (other) {
        case PING -> operation = h.ping(stream, "ping");
        case PONG -> operation = h.pong(stream, "pong");
        case CLOSE -> operation = h.close(stream, CloseReason.NORMAL);
        case PEERS_PING -> peer.send(fromPeer(Frame.ping("reply")));
        case PEERS_CLOSE -> peer.send(fromPeer(Frame.close(1001, "bye")));
      }
    }

    private Frame fromPeer(Frame frame) {
      return role == Role.SERVER ? frame.mask() : frame;
    }

    void finish(Other other) {
      h.run();
      if (other == Other.CLOSE) {
        operation.assertPending();
        peer.send(fromPeer(Frame.close(1000, "")));
        h.run();
      }
      boolean closing = other == Other.CLOSE || other == Other.PEERS_CLOSE;
      if (closing) {
        peer.stop();
        h.run();
        read.handler.assertFailed(WebSocketError.CLOSED);
      } else {
        read.handler.assertPending();
      }
      if (operation != null) {
        operation.result();
      }
      assertMessage(closing);
    }

    private void assertMessage(boolean closing) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      StringBuilder control = new StringBuilder();
      for (Frame frame : peer.frames()) {
        if (frame.opcode() < 8) {
          data.writeBytes(frame.payload());
        } else {
          control.append(frame.brief());
        }
      }
      if (write.error() != null) {
        assertThat(closing).as("write failed: %s", write).isTrue();
        if (write.error() instanceof WebSocketException) { // it came when the close was under way
          write.assertFailed(WebSocketError.CLOSED);
        } else {
          write.assertFailed(StreamError.ABORTED);
        }
      } else {
        assertThat(bytes.hasRemaining()).isFalse();
      }
      assertThat(data.size()).isEqualTo(write.value().intValue()).isEqualTo(bytes.position());
      if (bytes.hasArray()) {
        assertThat(MESSAGE).startsWith(data.toString(StandardCharsets.UTF_8));
      }
      assertThat(control.toString()).matches("|(PING|PONG|CLOSE)\\(\\d+\\)");
    }

    @Override
    public void close() {
      h.close();
    }
  }
}
