// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.util.List;

/** One operation of each kind at a time, two kinds together: N3. */
final class Overlapping {
  private Overlapping() {}

  static List<Experiment> all() {
    return List.of(
        check("N3.1", "writesGoOnWhileAReadWaits", Overlapping::writesWhileReading),
        check("N3.1", "readsGoOnWhileAWriteWaits", Overlapping::readsWhileWriting),
        check("N3.1", "readAndWriteThatBothWaitAreBothServed", Overlapping::bothWait),
        check("N3.2", "secondReadThrowsAndChangesNothing", Overlapping::secondRead),
        check("N3.2", "readAndWaitExcludeEachOther", Overlapping::readAndWait),
        check("N3.3", "secondWriteThrowsAndChangesNothing", Overlapping::secondWrite),
        check("N3.3", "teardownDuringAWriteThrows", Overlapping::teardownDuringWrite),
        check("N3.4", "messageNamesThePendingOperation", Overlapping::namesPending));
  }

  private static void writesWhileReading(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> read = link.client().read(10);
    link.carry(link.client(), link.server(), scene.atMost(100_000));
    scene.check(!read.isDone(), "writing ended the read that waited: %s", read.error());
    link.server().writeOne();
    read.success();
  }

  private static void readsWhileWriting(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> write = link.client().fill(link.server());
    link.carry(link.server(), link.client(), scene.atMost(100_000));
    link.server().receive((int) (link.client().accepted() - link.server().received()));
    write.ended(Rule.of("N11.2")).success();
  }

  /** A read or a wait, and a write, in either order; then each gets what it waits for. */
  private static void bothWait(Scene scene) throws Exception {
    for (boolean readingFirst : new boolean[] {true, false}) {
      for (boolean waits : new boolean[] {false, true}) {
        Link link = scene.link();
        Side side = link.client();
        Outcome<Void> reading = side.outcome(waits ? "wait" : "read");
        if (readingFirst) {
          startReading(side, waits, reading);
        }
        Outcome<Void> write = side.fill(link.server());
        if (!readingFirst) {
          startReading(side, waits, reading);
        }
        if (readingFirst == waits) {
          serveReading(link, reading);
          serveWriting(link, write);
        } else {
          serveWriting(link, write);
          serveReading(link, reading);
        }
        scene.closeAll();
      }
    }
  }

  private static void startReading(Side side, boolean waits, Outcome<Void> reading) {
    if (waits) {
      side.waitReadable(reading);
    } else {
      side.read(ByteBuffer.allocate(10), reading);
    }
    side.settle();
  }

  private static void serveReading(Link link, Outcome<Void> reading) {
    link.server().writeOne();
    reading.success();
  }

  private static void serveWriting(Link link, Outcome<Void> write) {
    link.server().receive((int) (link.client().accepted() - link.server().received()));
    write.success();
  }

  private static Outcome<Void> never(Side side) {
    return side.outcome("refused operation");
  }

  /** Calls something that must throw; returns what it threw. */
  private static OperationPendingException refused(
      Scene scene, Class<? extends OperationPendingException> type, String what, Runnable call) {
    try {
      call.run();
    } catch (OperationPendingException e) {
      scene.check(type.isInstance(e), "%s threw %s instead of %s", what, e, type.getSimpleName());
      return e;
    }
    throw scene.violation(scene.rule(), what + " was not refused with a " + type.getSimpleName());
  }

  private static void secondRead(Scene scene) throws Exception {
    Link link = scene.link();
    AsyncStream raw = link.server().raw();
    Outcome<Void> first = link.server().read(10);
    for (boolean within : new boolean[] {false, true}) {
      Runnable second =
          () ->
              refused(
                  scene,
                  ReadPendingException.class,
                  "a second read",
                  () -> raw.asyncReadSome(ByteBuffer.allocate(1), never(link.server())));
      if (within) {
        link.server().run(second);
      } else {
        second.run();
      }
    }
    link.settle();
    scene.check(!first.isDone(), "the second read ended the first: %s", first.error());
    link.client().writeOne();
    first.success();
    link.converse();
  }

  private static void readAndWait(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.server();
    AsyncStream raw = side.raw();
    Outcome<Void> read = side.read(10);
    Runnable wait = () -> raw.asyncWait(WaitType.READ, never(side));
    refused(scene, ReadPendingException.class, "a wait during a read", wait);
    link.client().writeOne();
    read.success();
    side.run(
        () -> {
          side.waitReadable();
          // Its handler cannot run before this task ends, so the wait is outstanding.
          refused(scene, ReadPendingException.class, "a wait during a wait", wait);
          refused(
              scene,
              ReadPendingException.class,
              "a read during a wait",
              () -> raw.asyncReadSome(ByteBuffer.allocate(1), never(side)));
        });
  }

  private static void secondWrite(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    side.run(
        () -> {
          Outcome<Void> first = side.write(1);
          refused(
              scene,
              WritePendingException.class,
              "a second write",
              () -> side.raw().asyncWriteSome(new ByteBuffer[] {side.next(1)}, never(side)));
          scene.check(!first.isDone(), "the second write ended the first");
        });
    link.server().receive(1);
    link.client().settle();
    link.converse();
  }

  private static void teardownDuringWrite(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    side.run(
        () -> {
          side.write(1);
          refused(
              scene,
              WritePendingException.class,
              "a teardown during a write",
              () -> side.raw().asyncTeardown(Role.CLIENT, never(side)));
        });
    scene.check(side.raw().isOpen(), "a teardown that was refused closed the stream");
    link.server().receive(1);
    link.client().settle();
    link.converse();
  }

  private static void namesPending(Scene scene) throws Exception {
    Side side = scene.link().server();
    side.read(10);

    try {
      side.raw().asyncReadSome(ByteBuffer.allocate(1), never(side));
    } catch (OperationPendingException e) {
      String message = e.getMessage();
      scene.check(
          message != null && message.contains("asyncReadSome"),
          "the message does not name asyncReadSome: '%s'",
          message);
    }
  }
}
