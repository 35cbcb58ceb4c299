// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.stream.StreamError.ABORTED;
import static io.plywire.stream.StreamError.CLOSED;
import static io.plywire.stream.StreamError.EOF;
import static io.plywire.stream.StreamError.RESET;
import static io.plywire.stream.StreamError.TRUNCATED;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every end, from every place, for whatever waits; what is initiated after the end is told of it,
 * too.
 */
final class EndsEverywhere {
  private static final List<StreamError> LOST = List.of(EOF, RESET, TRUNCATED);

  private EndsEverywhere() {}

  static List<Experiment> all() {
    return List.of(
        check("N7.1", "closeFromEveryPlace", EndsEverywhere::close),
        check("N7.6", "peersCloseFromEveryPlace", EndsEverywhere::peersClose),
        check("N4.3", "peersEndFromEveryPlace", EndsEverywhere::peersEnd),
        check("N4.5", "resetFromEveryPlace", EndsEverywhere::reset),
        check("N8.2", "ownTeardownFromEveryPlace", EndsEverywhere::ownTeardown),
        check("N8.3", "teardownsFromEveryPlace", EndsEverywhere::teardowns));
  }

  private interface Opening {
    Link open() throws Exception;
  }

  private interface End {
    void come(Link link, Side side);
  }

  /** What operations say that waited, and what those say that come later. */
  private record Told(List<StreamError> waiting, Rule ofLater, List<StreamError> later) {}

  /** Lets a read, a wait, and a read beside a write that waits meet the end. */
  private static void meet(Scene scene, Opening opening, End end, boolean alsoWrite, Told told)
      throws Exception {
    for (Place place : Place.values()) {
      meet(scene, opening.open(), place, place::startRead, end, told);
      meet(scene, opening.open(), place, place::startWait, end, told);
      if (alsoWrite) {
        Link link = opening.open();
        Outcome<Void> write = link.server().fill(link.client());
        meet(scene, link, place, place::startRead, end, told);
        write.ended();
      }
      scene.closeAll();
    }
  }

  private interface Start {
    Outcome<Void> at(Side side);
  }

  private static void meet(Scene scene, Link link, Place place, Start start, End end, Told told) {
    Side side = link.server();
    Outcome<Void> waiting = start.at(side);
    side.settle();
    end.come(link, side);
    failed(waiting, scene.rule(), told.waiting);
    if (!told.later.isEmpty()) {
      failed(place.startRead(side), told.ofLater, told.later);
      failed(place.startWait(side), told.ofLater, told.later);
    }
    link.settle();
    scene.rethrow();
  }

  /** A wait only says that a read would not wait, whatever that read would say. */
  private static void failed(Outcome<Void> operation, Rule otherwise, List<StreamError> codes) {
    @Nullable Exception error = operation.ended().error();
    if (error != null || !operation.name().endsWith("wait")) {
      operation.failure(otherwise, codes.toArray(StreamError[]::new));
    }
  }

  private static void close(Scene scene) throws Exception {
    Told told = new Told(List.of(ABORTED), Rule.of("N7.2"), List.of(CLOSED));
    meet(scene, scene::link, (link, side) -> side.close(), true, told);
    meet(scene, scene::link, (link, side) -> side.run(side::close), true, told);
  }

  private static void peersClose(Scene scene) throws Exception {
    Told told = new Told(LOST, Rule.of("N4.2"), LOST);
    meet(scene, scene::link, (link, side) -> link.client().close(), true, told);
  }

  private static void peersEnd(Scene scene) throws Exception {
    Told told = new Told(List.of(EOF), Rule.of("N4.2"), List.of(EOF));
    meet(scene, scene::link, (link, side) -> link.client().teardown(Role.SERVER), false, told);
  }

  private static void reset(Scene scene) throws Exception {
    Told told = new Told(List.of(RESET), Rule.of("N4.5"), List.of(RESET));
    Opening opening =
        () -> {
          Link link = scene.resettingLink();
          link.server().writeOne(); // a Unix socket resets only what was not read
          return link;
        };
    meet(scene, opening, (link, side) -> link.client().close(), true, told);
  }

  private static void ownTeardown(Scene scene) throws Exception {
    Told told =
        new Told(List.of(ABORTED), scene.rule(), List.of()); // later ones depend on how far it is
    meet(scene, scene::link, (link, side) -> side.teardown(Role.SERVER), false, told);
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
          for (Side each : List.of(side, peer)) {
            scene.check(
                Rule.of("N8.2"), !each.raw().isOpen(), "%s is open after its teardown", each);
          }
        }
        scene.closeAll();
      }
    }
  }
}
