// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.stream.CancellationType.PARTIAL;
import static io.plywire.stream.CancellationType.TERMINAL;
import static io.plywire.stream.CancellationType.TOTAL;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The same few operations under every condition there is: from every place, with every kind of
 * buffer, first and later, alone and beside others. The rules that are watched in every operation
 * do most of the checking.
 */
final class Everywhere {
  private static final int BYTES = 33;

  /** What hangs while one of the other direction waits. */
  private static final Rule BOTH = Rule.of("N3.1");

  private Everywhere() {}

  static List<Experiment> all() {
    return List.of(
        check("N1.4", "transfersFromEveryPlaceWithEveryBuffer", Everywhere::transfers),
        check("N6.1", "terminalFromEveryPlace", s -> cancels(s, TERMINAL)),
        check("N6.2", "totalFromEveryPlace", s -> cancels(s, TOTAL), Trait.TOTAL_CANCELLATION),
        check(
            "N6.3", "partialFromEveryPlace", s -> cancels(s, PARTIAL), Trait.PARTIAL_CANCELLATION));
  }

  // ---- transfers

  /** What is written. */
  private enum Sources {
    HEAP,
    DIRECT,
    READ_ONLY,
    PARTS;

    ByteBuffer[] of(Side side) {
      return switch (this) {
        case HEAP -> new ByteBuffer[] {side.next(BYTES)};
        case DIRECT -> new ByteBuffer[] {side.nextDirect(BYTES)};
        case READ_ONLY -> new ByteBuffer[] {side.next(BYTES).asReadOnlyBuffer()};
        case PARTS -> {
          ByteBuffer all = side.next(BYTES);
          yield new ByteBuffer[] {
            ByteBuffer.allocate(0),
            all.slice(0, 9),
            all.duplicate().position(9).limit(20),
            all.slice(20, BYTES - 20)
          };
        }
      };
    }
  }

  /** Heap and direct, whole and sliced. */
  private static List<ByteBuffer> targets() {
    return Reading.targets().subList(0, 4);
  }

  private static void transfers(Scene scene) throws Exception {
    for (Place place : Place.values()) {
      for (Sources sources : Sources.values()) {
        Link one = scene.link();
        Link other = scene.link(); // on the same executor, where streams share one
        for (ByteBuffer target : targets()) {
          readsFirst(place, sources, target, one.client(), one.server());
          writesFirst(place, sources, target, other.client(), other.server());
          writesFirst(place, sources, target, one.server(), one.client());
          readsFirst(place, sources, target, other.server(), other.client());
        }
        scene.closeAll();
      }
    }
  }

  /** The reader is there before the writer; the writer has a read of its own that waits. */
  private static void readsFirst(
      Place place, Sources sources, ByteBuffer target, Side from, Side to) {
    Outcome<Void> beside = place.start(from, "wait", from::waitReadable);
    Outcome<Void> wait = place.start(to, "wait", to::waitReadable);
    write(place, sources, from, BOTH);
    wait.success();
    receive(place, target, to);
    Outcome<Void> read = place.start(to, "read", o -> to.read(target.limit(40).position(7), o));
    place.start(to, "write", o -> to.write(o, to.next(1))).ended(BOTH).success();
    beside.ended(BOTH).success();
    from.receive(1);
    place.start(from, "write", o -> from.write(o, from.next(1))).success();
    read.ended(BOTH).success();
  }

  /** All is there before the reader comes. */
  private static void writesFirst(
      Place place, Sources sources, ByteBuffer target, Side from, Side to) {
    write(place, sources, from, Rule.of("N2.1"));
    place.start(to, "wait", to::waitReadable).success();
    receive(place, target, to);
  }

  /** Writes some of it: a window may be as small as one byte. */
  private static void write(Place place, Sources sources, Side from, Rule ifItHangs) {
    place.start(from, "write", o -> from.write(o, sources.of(from))).ended(ifItHangs).success();
  }

  /** Reads what has been accepted, some bytes at a time. */
  private static void receive(Place place, ByteBuffer target, Side to) {
    while (to.stillToCome() > 0) {
      target.limit((int) Math.min(40, 7 + to.stillToCome())).position(7);
      place.start(to, "read", o -> to.read(target, o)).success();
    }
  }

  // ---- requests to cancel

  private static void cancels(Scene scene, CancellationType type) throws Exception {
    for (Place place : Place.values()) {
      for (ByteBuffer target : targets()) {
        Link link = scene.link();
        Side side = link.server();
        place.start(side, "write", o -> side.write(o, side.next(1))).success();
        Outcome<Void> beside = place.start(link.client(), "wait", link.client()::waitReadable);
        beside.success();
        cancel(place.start(side, "read", o -> side.read(target, o)), side, type);
        if (type == TERMINAL) {
          continue; // of no use any more
        }
        Outcome<Void> wait = place.start(side, "wait", side::waitReadable);
        side.settle();
        wait.cancel(type);
        wait.ended(); // with an error, unless the stream cannot tell
        link.client().receive(1);
        link.converse();
      }
      fullWindow(scene, place, type);
      scene.closeAll();
    }
  }

  private static void cancel(Outcome<Void> operation, Side side, CancellationType type) {
    side.settle();
    operation.cancel(type);
    operation.failure(StreamError.ABORTED);
  }

  /** Both directions wait; the request is for the read, and the write goes on to wait. */
  private static void fullWindow(Scene scene, Place place, CancellationType type) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    Outcome<Void> write = side.fill(link.server());
    cancel(place.start(side, "read", o -> side.read(ByteBuffer.allocate(9), o)), side, type);
    if (type != TERMINAL) {
      link.server().receive((int) (side.accepted() - link.server().received()));
      write.success();
      link.server().receive((int) (side.accepted() - link.server().received()));
      link.converse();
    }
  }
}
