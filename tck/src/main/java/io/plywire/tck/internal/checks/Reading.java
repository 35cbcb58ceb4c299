// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Reading some bytes: N1. Counts, positions and content are watched in every read. */
final class Reading {
  private Reading() {}

  static List<Experiment> all() {
    return List.of(
        check("N1.1", "pendingReadCompletesWhenAByteComes", Reading::pendingRead),
        check("N1.1", "readOfWhatIsThere", Reading::readOfWhatIsThere),
        check("N1.2", "positionTellsWhatWasRead", Reading::positions),
        check("N1.3", "nothingElseOfTheBufferIsTouched", Reading::margins),
        check("N1.3", "buffersOfEndedReadsAreLeftAlone", Reading::leftAlone),
        check("N1.4", "oneByteAfterTheOther", Reading::oneByteReads),
        check("N1.4", "randomSizesBothWaysAtOnce", Reading::randomBothWays),
        check("N1.4", "oneLargeWrite", Reading::largeWrite),
        check("N1.5", "readWithoutRoomDoesNoIo", Reading::noRoom),
        check("N1.6", "failedReadsLeaveTheirBuffersAsTheyWere", Reading::failedReads),
        check("N1.7", "everyKindOfTarget", Reading::kinds));
  }

  private static void pendingRead(Scene scene) throws Exception {
    Link link = scene.link();
    for (int i = 0; i < 20; i++) {
      Outcome<Void> read = link.server().read(10);
      link.server().settle();
      scene.check(!read.isDone(), "a read completed with nothing there to read");
      link.client().writeOne();
      read.success();
    }
  }

  private static void readOfWhatIsThere(Scene scene) throws Exception {
    Link link = scene.link();
    for (int i = 0; i < 20; i++) {
      link.client().writeOne();
      link.settle();
      link.server().read(10).success();
    }
  }

  private static void positions(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer target = ByteBuffer.allocate(64);
    for (int i = 0; i < 32; i++) {
      target.limit(33 + i); // the position goes on from where it is
      link.client().writeOne();
      link.server().read(target).success();
      scene.check(
          target.position() == i + 1, "position %d after %d bytes", target.position(), i + 1);
    }
  }

  /** Targets with a margin around what a read may touch. */
  static List<ByteBuffer> targets() {
    ByteBuffer sliced = ByteBuffer.allocate(96).position(17).slice();
    ByteBuffer directSlice = ByteBuffer.allocateDirect(96).position(17).slice();
    List<ByteBuffer> targets =
        List.of(
            ByteBuffer.allocate(64),
            ByteBuffer.allocateDirect(64),
            sliced,
            directSlice,
            ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN),
            ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN));
    for (ByteBuffer target : targets) {
      for (int i = 0; i < target.capacity(); i++) {
        target.put(i, (byte) 0x5a);
      }
      target.position(7).limit(40);
    }
    return targets;
  }

  private static void margins(Scene scene) throws Exception {
    Link link = scene.link();
    for (ByteBuffer target : targets().subList(0, 2)) {
      link.client().writeOne();
      link.server().read(target).success();
      link.carry(link.client(), link.server(), 1000);
    }
  }

  private static void kinds(Scene scene) throws Exception {
    Link link = scene.link();
    for (ByteBuffer target : targets()) {
      Outcome<Void> sent = link.client().pump(33);
      while (target.hasRemaining()) {
        link.server().read(target).success();
      }
      sent.success();
      link.client().writeOne();
      target.limit(8).position(7);
      link.server().read(target).success();
    }
  }

  private static void leftAlone(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer target = ByteBuffer.allocate(10);
    Outcome<Void> read = link.server().read(target);
    link.server().settle();
    read.cancel(CancellationType.TERMINAL);
    read.ended();
    ByteBuffer done = ByteBuffer.allocate(10);
    Link other = scene.link();
    other.client().writeOne();
    other.server().read(done).success();
    int before = done.position();
    other.client().writeOne();
    link.client().writeOne();
    link.settle();
    other.settle();
    scene.check(
        target.position() == 0 && target.get(0) == 0, "a read that had ended filled its buffer");
    scene.check(
        done.position() == before && done.get(before) == 0,
        "a read that had ended went on filling its buffer");
  }

  private static void oneByteReads(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> sent = link.client().pump(2000);
    for (int i = 0; i < 2000; i++) {
      link.server().read(1).success();
    }
    sent.success();
  }

  private static void randomBothWays(Scene scene) throws Exception {
    Link link = scene.link();
    int bytes = scene.environment().bytes();
    Outcome<Void> up = link.client().pump(bytes, scene.random());
    Outcome<Void> down = link.server().pump(bytes, new Random(scene.environment().seed() + 1));
    Random sizes = scene.random();
    int left = 2 * bytes;
    while (left > 0) {
      left -= readSome(link.server(), sizes, bytes);
      left -= readSome(link.client(), sizes, bytes);
    }
    up.success();
    down.success();
  }

  /** Reads a random number of bytes if there are any to come; returns how many came. */
  private static int readSome(Side side, Random sizes, int total) {
    long left = total - side.received();
    if (left == 0) {
      return 0;
    }
    int room = sizes.nextInt(8) == 0 ? 1 + sizes.nextInt(50) : 1 + sizes.nextInt(100_000);
    int most = (int) Math.min(room, left);
    ByteBuffer target =
        sizes.nextBoolean() ? ByteBuffer.allocate(most) : ByteBuffer.allocateDirect(most);
    return (int) side.readOrHang(target).success();
  }

  private static void largeWrite(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer[] sources = {link.client().next(scene.environment().bytes())};
    Outcome<Void> sent = link.client().outcome("writing of one large buffer");
    io.plywire.stream.AsyncStreams.writeAll(link.client().stream(), sources, sent);
    link.server().receive(scene.environment().bytes());
    sent.success();
  }

  private static void noRoom(Scene scene) throws Exception {
    Link link = scene.link();
    scene.check(link.server().read(0).success() == 0, "bytes came into no room");
    link.client().writeOne();
    link.server().waitReadable().success();
    scene.check(link.server().read(0).success() == 0, "bytes came into no room");
    ByteBuffer full = ByteBuffer.allocate(5).position(5);
    scene.check(link.server().read(full).success() == 0, "bytes came into a full buffer");
    link.server().read(1).success();
  }

  private static void failedReads(Scene scene) throws Exception {
    for (ByteBuffer target : targets().subList(0, 4)) {
      Link link = scene.link();
      Outcome<Void> aborted = link.server().read(target);
      link.server().close();
      aborted.ended();
      link.server().read(target).ended();
      Link ending = scene.link();
      Outcome<Void> eof = ending.client().read(target);
      ending.server().teardown(Role.SERVER);
      eof.ended(Rule.of("N4.3"));
    }
  }
}
