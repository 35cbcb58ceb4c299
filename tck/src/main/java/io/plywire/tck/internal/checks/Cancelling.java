// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.stream.CancellationType.PARTIAL;
import static io.plywire.stream.CancellationType.TERMINAL;
import static io.plywire.stream.CancellationType.TOTAL;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import io.plywire.tck.internal.lab.Untested;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Ending one operation on request: N6 and A9. */
final class Cancelling {
  private static final int OTHER_BYTES = 100;

  private Cancelling() {}

  static List<Experiment> all() {
    return List.of(
        check("N6.1", "terminalEndsAReadAndAWait", Cancelling::terminalReadAndWait),
        check("N6.1", "terminalEndsAWrite", Cancelling::terminalWrite),
        check("N6.1", "terminalEndsATeardown", Cancelling::terminalTeardown),
        check("N6.2", "totalLeavesNoTrace", s -> readsAndWaits(s, TOTAL), Trait.TOTAL_CANCELLATION),
        check("N6.2", "totalRacesWithArrival", Cancelling::totalRace, Trait.TOTAL_CANCELLATION),
        check("N6.2", "totalEndsAWriteThatWaits", s -> write(s, TOTAL), Trait.TOTAL_CANCELLATION),
        check(
            "N6.3",
            "partialLeavesTheStreamUsable",
            s -> readsAndWaits(s, PARTIAL),
            Trait.PARTIAL_CANCELLATION),
        check(
            "N6.3",
            "partialEndsAWriteThatWaits",
            s -> write(s, PARTIAL),
            Trait.PARTIAL_CANCELLATION),
        check("N6.4", "typesThatWereNotPromisedAreIgnored", Cancelling::ignored),
        check("A9.1", "handlerNeverRunsInsideTheRequest", Cancelling::notInside),
        check("A9.2", "requestForAnEndedOperationIsIgnored", Cancelling::stale),
        check("A9.3", "errorNamesTheType", Cancelling::namesType),
        check("A9.4", "requestRightAfterTheCallIsHeard", Cancelling::early),
        check("A9.4", "requestThatOvertakesItsOperationIsHeard", Cancelling::overtaking));
  }

  private static void terminalReadAndWait(Scene scene) throws Exception {
    Side reading = scene.link().server();
    Outcome<Void> read = reading.read(10);
    reading.settle();
    read.cancel(TERMINAL);
    read.failure(StreamError.ABORTED);
    Side waiting = scene.link().server();
    Outcome<Void> wait = waiting.waitReadable();
    waiting.settle();
    wait.cancel(TERMINAL);
    wait.ended(); // with an error, unless the stream cannot tell and completed before
  }

  /** A write that waits may have got its room meanwhile; then it ends with success. */
  private static void abortedOrDone(Outcome<Void> write) {
    if (write.ended().error() != null) {
      write.failure(StreamError.ABORTED);
    }
  }

  private static void terminalWrite(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> write = link.client().fill(link.server());
    write.cancel(TERMINAL);
    abortedOrDone(write);
  }

  private static void terminalTeardown(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> teardown = link.client().teardown(Role.CLIENT);
    link.client().settle();
    teardown.cancel(TERMINAL);
    teardown.failure(StreamError.ABORTED);
  }

  private static void readsAndWaits(Scene scene, CancellationType type) throws Exception {
    Link link = scene.link();
    Side side = link.server();
    for (int i = 0; i < 5; i++) {
      Outcome<Void> read = side.read(10);
      side.settle();
      read.cancel(type);
      read.failure(StreamError.ABORTED);
      Outcome<Void> wait = side.waitReadable();
      side.settle();
      wait.cancel(type);
      wait.ended();
      link.converse();
    }
  }

  private static void write(Scene scene, CancellationType type) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    Outcome<Void> write = side.fill(link.server());
    write.cancel(type);
    abortedOrDone(write);
    scene.check(
        type != TOTAL || write.error() == null || write.bytes() == 0,
        "a write that was cancelled without a trace reports %d bytes",
        write.bytes());
    // What was accepted before is delivered, and nothing of the cancelled write.
    link.server().receive((int) (side.accepted() - link.server().received()));
    if (write.error() != null) {
      expectOtherBytes(scene, side, link.server());
    }
    link.converse();
  }

  /** Writes other bytes than those of the cancelled write, and looks for which arrive. */
  private static void expectOtherBytes(Scene scene, Side from, Side to) {
    ByteBuffer cancelled = to.expected(OTHER_BYTES);
    from.turn();
    Outcome<Void> sent = from.pump(OTHER_BYTES);
    ByteBuffer came = to.receiveUnseen(ByteBuffer.allocate(OTHER_BYTES));
    sent.success();
    int at = came.mismatch(to.expected(OTHER_BYTES));
    scene.check(
        at < 0 || came.get(at) != cancelled.get(at),
        "byte %d of this direction is one of the write that was cancelled",
        to.received() + Math.max(0, at));
    to.sees(came); // any other difference is a matter of N1.4
  }

  private static void totalRace(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.server();
    for (int i = 0; i < scene.environment().rounds(); i++) {
      Outcome<Void> read = side.read(10);
      Outcome<Void> write = link.client().outcome("write");
      ByteBuffer source = link.client().next(1);
      scene.racers().race(() -> read.cancel(TOTAL), () -> link.client().write(write, source));
      write.success();
      if (read.ended().error() != null) {
        read.failure(StreamError.ABORTED);
      }
    }
    side.receive((int) (link.client().accepted() - side.received()));
  }

  private static void ignored(Scene scene) throws Exception {
    List<CancellationType> ignored = new ArrayList<>();
    if (!scene.subject().traits().contains(Trait.TOTAL_CANCELLATION)) {
      ignored.add(TOTAL);
    }
    if (!scene.subject().traits().contains(Trait.PARTIAL_CANCELLATION)) {
      ignored.add(PARTIAL);
    }
    if (ignored.isEmpty()) {
      throw new Untested("the subject promises all types of cancellation");
    }
    Link link = scene.link();
    for (CancellationType type : ignored) {
      Outcome<Void> read = link.server().read(10);
      link.server().settle();
      read.cancel(type);
      link.server().settle();
      link.client().writeOne();
      read.success();
      Outcome<Void> wait = link.server().waitReadable();
      link.server().settle();
      wait.cancel(type);
      link.server().settle();
      link.client().writeOne();
      wait.success();
      link.server().receive(1);
      Outcome<Void> write = link.client().fill(link.server());
      write.cancel(type);
      link.client().settle();
      link.server().receive((int) (link.client().accepted() - link.server().received()));
      write.success();
      link.server().receive((int) (link.client().accepted() - link.server().received()));
    }
    link.converse();
  }

  private static void notInside(Scene scene) throws Exception {
    Side side = scene.link().server();
    Outcome<Void> read = side.outcome("read").inline();
    side.run(
        () -> {
          side.read(ByteBuffer.allocate(1), read);
          read.cancel(TERMINAL);
          scene.check(!read.isDone(), "the handler ran inside emit()");
        });
    read.ended();
    Side outside = scene.link().server();
    Thread caller = Thread.currentThread();
    Outcome<Void> other = outside.read(1);
    outside.settle();
    other.cancel(TERMINAL);
    scene.check(other.ended().thread() != caller, "the handler ran inside emit()");
  }

  private static void stale(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> first = link.server().read(10);
    link.client().writeOne();
    first.success();
    Outcome<Void> second = link.server().read(10);
    link.server().settle();
    first.cancel(TERMINAL);
    link.settle();
    scene.check(!second.isDone(), "a request for the first read ended the second");
    link.client().writeOne();
    second.success();
  }

  private static void namesType(Scene scene) throws Exception {
    List<CancellationType> types = new ArrayList<>(List.of(TERMINAL));
    if (scene.subject().traits().contains(Trait.TOTAL_CANCELLATION)) {
      types.add(TOTAL);
    }
    if (scene.subject().traits().contains(Trait.PARTIAL_CANCELLATION)) {
      types.add(PARTIAL);
    }
    for (CancellationType type : types) {
      Side side = scene.link().server();
      Outcome<Void> read = side.read(10);
      side.settle();
      read.cancel(type);
      StreamException error = read.failure(StreamError.ABORTED);
      scene.check(
          error.cancellation() == type,
          "a read that was cancelled with %s says %s",
          type,
          error.cancellation());
    }
    Side closed = scene.link().server();
    Outcome<Void> read = closed.read(10);
    closed.close();
    scene.check(
        !(read.ended().error() instanceof StreamException e) || e.cancellation() == null,
        "a read that close() ended says that it was cancelled");
  }

  private static void early(Scene scene) throws Exception {
    for (int i = 0; i < 25; i++) {
      Side side = scene.link().server();
      Outcome<Void> read = side.read(10);
      read.cancel(TERMINAL); // perhaps before it has reached the executor
      read.failure(StreamError.ABORTED);
      scene.closeAll();
    }
  }

  private static void overtaking(Scene scene) throws Exception {
    Side reading = scene.link().server();
    Outcome<Void> read = reading.outcome("read");
    scene.whileBusy(
        reading.executor(),
        () -> {
          reading.read(ByteBuffer.allocate(10), read);
          read.cancel(TERMINAL);
        });
    read.failure(StreamError.ABORTED);
    Side waiting = scene.link().server();
    Outcome<Void> wait = waiting.outcome("wait");
    scene.whileBusy(
        waiting.executor(),
        () -> {
          waiting.waitReadable(wait);
          wait.cancel(TERMINAL);
        });
    wait.ended(); // with an error, unless the stream cannot tell
    Side ending = scene.link().client();
    Outcome<Void> teardown = ending.outcome("teardown");
    scene.whileBusy(
        ending.executor(),
        () -> {
          ending.teardown(Role.CLIENT, teardown);
          teardown.cancel(TERMINAL);
        });
    teardown.failure(StreamError.ABORTED);
  }
}
