// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Failures in memory, where the peer is under control and time passes at once. */
final class OnPipes {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private OnPipes() {}

  private static WebSocketOptions after(UnaryOperator<Timeouts> limit) {
    return Harness.quiet().withTimeouts(limit.apply(Timeouts.none()));
  }

  /** An open stream reads while something happens. */
  private static void reading(
      Role role, WebSocketOptions options, BiConsumer<Opened, WebSocketStream> event) {
    try (Opened opened = new Opened(role, options)) {
      opened.h.read(opened.stream);
      event.accept(opened, opened.stream);
    }
  }

  // ---- openings

  static void silentClient() {
    silent(Role.SERVER);
  }

  static void silentServer() {
    silent(Role.CLIENT);
  }

  private static void silent(Role role) {
    try (Harness h = new Harness()) {
      WebSocketOptions hasty = after(t -> t.withHandshake(SECOND));
      if (role == Role.SERVER) {
        h.server(hasty).asyncAccept(h.handler("accept"));
        h.raw(Role.CLIENT);
      } else {
        h.client(hasty).asyncHandshake("example.com", "/orders", h.handler("handshake"));
        h.raw(Role.SERVER);
      }
      h.executor.advance(SECOND);
    }
  }

  // ---- what the peer sends

  static void frames(Role role, Frame... frames) {
    frames(role, Harness.quiet(), frames);
  }

  static void frames(Role role, WebSocketOptions options, Frame... frames) {
    reading(
        role,
        options,
        (opened, stream) -> {
          opened.receive(frames);
          opened.peer.stop();
          opened.h.run();
        });
  }

  static void unmasked() {
    reading(
        Role.SERVER,
        Harness.quiet(),
        (opened, stream) -> {
          opened.receive(Frame.text("in the clear").encode());
          opened.peer.stop();
          opened.h.run();
        });
  }

  static void corrupt() {
    try (Opened opened = Opened.deflating(Role.SERVER)) {
      opened.h.read(opened.stream);
      byte[] noise = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
      opened.receive(Frame.binary(noise).withRsv(4));
      opened.peer.stop();
      opened.h.run();
    }
  }

  static void messageTrickles() {
    reading(
        Role.SERVER,
        after(t -> t.withMessage(SECOND)),
        (opened, stream) -> {
          opened.receive(Frame.text("once upon a time").notFinal());
          opened.h.executor.advance(SECOND);
          opened.peer.stop();
          opened.h.run();
        });
  }

  // ---- silence

  static void pingIsNotAnswered() {
    reading(
        Role.SERVER,
        after(t -> t.withPing(SECOND, SECOND)),
        (opened, stream) -> opened.h.executor.advance(SECOND.multipliedBy(2)));
  }

  static void idle() {
    reading(
        Role.SERVER,
        after(t -> t.withIdle(SECOND)),
        (opened, stream) -> opened.h.executor.advance(SECOND));
  }

  static void goodbyeIsNotAnswered() {
    reading(
        Role.SERVER,
        after(t -> t.withClosing(SECOND)),
        (opened, stream) -> {
          opened.h.close(stream, CloseReason.of(CloseCode.GOING_AWAY));
          opened.h.executor.advance(SECOND);
        });
  }

  static void stallEnds() {
    reading(Role.SERVER, Harness.quiet(), OnPipes::stall);
  }

  private static void stall(Opened opened, WebSocketStream stream) {
    Gate gate = hold(opened);
    opened.h.write(stream, "prices");
    opened.h.executor.advance(SECOND);
    gate.release();
    opened.h.run();
    stream.abort();
    opened.h.run();
  }

  static void stallDoesNotEnd() {
    reading(
        Role.SERVER,
        after(t -> t.withWriteStall(SECOND)),
        (opened, stream) -> {
          hold(opened);
          opened.h.write(stream, "prices");
          opened.h.executor.advance(SECOND);
        });
  }

  private static Gate hold(Opened opened) {
    return opened.end().faults().hold(IoKind.WRITE, opened.end().faults().started(IoKind.WRITE));
  }

  // ---- our own doing

  static void callbackThrows() {
    reading(
        Role.SERVER,
        Harness.quiet(),
        (opened, stream) -> {
          stream.controlCallback(
              (kind, payload) -> {
                throw new IllegalStateException("no such order");
              });
          opened.receive(Frame.ping("?"));
          opened.peer.stop();
          opened.h.run();
        });
  }

  static void abort() {
    reading(
        Role.SERVER,
        Harness.quiet(),
        (opened, stream) -> {
          stream.abort();
          opened.h.run();
        });
  }

  static void goodbye() {
    reading(
        Role.SERVER,
        Harness.quiet(),
        (opened, stream) -> {
          opened.h.close(stream, new CloseReason(CloseCode.SERVICE_RESTART, "new version"));
          opened.receive(Frame.close(CloseCode.SERVICE_RESTART, "new version"));
          opened.peer.stop();
          opened.h.run();
        });
  }

  static void queueCloses() {
    CloseReason slow = new CloseReason(CloseCode.TRY_AGAIN_LATER, "too slow");
    queue(OverflowPolicy.close(slow), opened -> opened.receive(Frame.close(1013, "too slow")));
  }

  static void queueDrops() {
    queue(OverflowPolicy.dropOldest(), opened -> opened.stream.abort());
  }

  private static void queue(OverflowPolicy policy, java.util.function.Consumer<Opened> then) {
    reading(
        Role.SERVER,
        Harness.quiet(),
        (opened, stream) -> {
          Gate gate = hold(opened);
          SendQueue queue = new SendQueue(stream, 2, 1000, policy);
          for (String text : new String[] {"1", "22", "333"}) {
            queue.send(text, Recorded.io(opened.h.handler("send " + text)));
            opened.h.run();
          }
          gate.release();
          opened.h.run();
          then.accept(opened);
          opened.peer.stop();
          opened.h.run();
        });
  }
}
