// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.Role;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The same few operations under every condition there is: from every place, with every kind of
 * buffer, first and later, alone and beside others, up to every end. The rules that are watched in
 * every operation do the checking.
 */
final class Everywhere {
  private static final int BYTES = 33;

  private Everywhere() {}

  static List<Experiment> all() {
    return List.of(
        check("N1.4", "transfersFromEveryPlaceWithEveryBuffer", Everywhere::transfers),
        check("A2.1", "everyEndEndsWhatWaits", s -> ends(s, Waiting.values())),
        check("A2.1", "resetEndsWhatWaits", Everywhere::resets),
        check("N8.2", "teardownFromEveryPlace", Everywhere::teardowns));
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

  private static void transfers(Scene scene) throws Exception {
    for (Place place : Place.values()) {
      for (Sources sources : Sources.values()) {
        Link one = scene.link();
        Link other = scene.link(); // on the same executor, where streams share one
        for (ByteBuffer target : Reading.targets()) {
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
    write(place, sources, from);
    wait.success();
    receive(place, target, to);
    Outcome<Void> read = place.start(to, "read", o -> to.read(target.limit(40).position(7), o));
    place.start(to, "write", o -> to.write(o, to.next(1))).success();
    beside.success();
    from.receive(1);
    place.start(from, "write", o -> from.write(o, from.next(1))).success();
    read.success();
  }

  /** All is there before the reader comes. */
  private static void writesFirst(
      Place place, Sources sources, ByteBuffer target, Side from, Side to) {
    write(place, sources, from);
    place.start(to, "wait", to::waitReadable).success();
    receive(place, target, to);
  }

  /** Writes some of it: a window may be as small as one byte. */
  private static void write(Place place, Sources sources, Side from) {
    place.start(from, "write", o -> from.write(o, sources.of(from))).success();
  }

  /** Reads what has been accepted, some bytes at a time. */
  private static void receive(Place place, ByteBuffer target, Side to) {
    while (to.stillToCome() > 0) {
      target.limit((int) Math.min(40, 7 + to.stillToCome())).position(7);
      place.start(to, "read", o -> to.read(target, o)).success();
    }
  }

  // ---- ends

  /** What waits when the end comes. */
  private enum Waiting {
    READ,
    WAIT,
    WRITE
  }

  private interface End {
    void come(Link link, Side side);
  }

  private static void ends(Scene scene, Waiting[] all) throws Exception {
    for (Place place : Place.values()) {
      for (Waiting waiting : all) {
        end(scene, place, waiting, scene.link(), (link, side) -> side.close());
        end(scene, place, waiting, scene.link(), (link, side) -> side.run(side::close));
        end(scene, place, waiting, scene.link(), (link, side) -> link.peerOf(side).close());
        if (waiting != Waiting.WRITE) { // which excludes a teardown, and may outlive the peer's
          end(scene, place, waiting, scene.link(), (link, side) -> side.teardown(Role.SERVER));
          end(
              scene,
              place,
              waiting,
              scene.link(),
              (link, side) -> link.peerOf(side).teardown(Role.SERVER));
        }
        scene.closeAll();
      }
    }
  }

  private static void resets(Scene scene) throws Exception {
    for (Place place : Place.values()) {
      for (Waiting waiting : Waiting.values()) {
        Link link = scene.resettingLink();
        end(scene, place, waiting, link, (l, side) -> link.client().close());
        scene.closeAll();
      }
    }
  }

  /** Lets operations wait, and then the end come; what is initiated later ends, too. */
  private static void end(Scene scene, Place place, Waiting waiting, Link link, End end) {
    Side side = link.server();
    Side peer = link.client();
    List<Outcome<Void>> started = new ArrayList<>();
    if (waiting == Waiting.WRITE) {
      started.add(side.fill(peer));
    } else {
      place.start(side, "write", o -> side.write(o, side.next(1))).success();
    }
    started.add(
        waiting == Waiting.WAIT
            ? place.start(side, "wait", side::waitReadable)
            : place.start(side, "read", o -> side.read(ByteBuffer.allocateDirect(9), o)));
    end.come(link, side);
    for (Outcome<Void> each : started) {
      each.ended();
    }
    link.settle();
    if (!side.raw().isOpen() || side.hasPeerEnded()) { // else a teardown is under way
      place.start(side, "read", o -> side.read(ByteBuffer.allocate(9), o)).ended();
      place.start(side, "wait", side::waitReadable).ended();
      link.settle();
    }
    scene.rethrow();
  }

  private static void teardowns(Scene scene) throws Exception {
    for (Place place : Place.values()) {
      for (Role first : Role.values()) {
        Link one = scene.link();
        Link other = scene.link();
        for (Link link : List.of(one, other)) {
          Side side = first == Role.SERVER ? link.server() : link.client();
          Side peer = link.peerOf(side);
          Role second = first == Role.SERVER ? Role.CLIENT : Role.SERVER;
          place.start(side, "write", o -> side.write(o, side.next(1))).success();
          Outcome<Void> teardown = place.start(side, "teardown", o -> side.teardown(first, o));
          peer.receive(1);
          place.start(peer, "teardown", o -> peer.teardown(second, o)).success();
          teardown.success();
          scene.check(!side.raw().isOpen(), "%s is open after its teardown", side);
          scene.check(!peer.raw().isOpen(), "%s is open after its teardown", peer);
        }
        scene.closeAll();
      }
    }
  }
}
