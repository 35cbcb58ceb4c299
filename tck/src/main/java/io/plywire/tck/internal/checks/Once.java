// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.nio.ByteBuffer;
import java.util.List;

/** Every handler runs exactly once, whatever ends its operation at the same moment: A2. */
final class Once {
  private Once() {}

  /** What a round of a race sets off; returns the operations whose ends are counted. */
  private interface Round {
    List<Outcome<Void>> run(Scene scene, Link link);
  }

  static List<Experiment> all() {
    return List.of(
        check("A2.1", "cancelRacesWithArrival", s -> race(s, Once::cancelAndArrival)),
        check("A2.1", "closeRacesWithArrival", s -> race(s, Once::closeAndArrival)),
        check("A2.1", "closeRacesWithInitiation", s -> race(s, Once::closeAndInitiation)),
        check("A2.1", "closeRacesWithThePeersClose", s -> race(s, Once::closeAndPeersClose)),
        check("A2.1", "cancelRacesWithCloseAndCancel", s -> race(s, Once::cancelsAndClose)),
        check("A2.1", "teardownRacesWithCloseAndCancel", s -> race(s, Once::teardownAndClose)),
        check("A2.1", "closeOvertakesInitiation", Once::overtakenByClose),
        check("A2.1", "thePeersCloseOvertakesInitiation", Once::overtakenByThePeer));
  }

  private static void race(Scene scene, Round round) throws Exception {
    int rounds = scene.environment().rounds();
    for (int i = 0; i < rounds; i++) {
      Link link = scene.link();
      for (Outcome<Void> outcome : round.run(scene, link)) {
        outcome.ended();
      }
      scene.closeAll();
      link.settle(); // a second completion would come now
      scene.rethrow();
    }
  }

  private static void overtakenByClose(Scene scene) throws Exception {
    Link link = scene.link();
    overtaken(scene, link, link.client()::close, scene.rule());
    Link ending = scene.link();
    Outcome<Void> teardown = ending.client().outcome("teardown");
    scene.whileBusy(
        ending.client().executor(),
        () -> {
          ending.client().teardown(Role.CLIENT, teardown);
          ending.client().close();
        });
    teardown.failure(Rule.of("N7.1"), StreamError.ABORTED);
  }

  private static void overtakenByThePeer(Scene scene) throws Exception {
    Link link = scene.link();
    overtaken(scene, link, link.server()::close, Rule.of("N7.6"));
  }

  /** Initiates a read and a write that reach their executor only after what ends them. */
  private static void overtaken(Scene scene, Link link, Runnable end, Rule otherwise) {
    Outcome<Void> read = link.client().outcome("read");
    Outcome<Void> write = link.client().outcome("write");
    ByteBuffer source = link.client().next(100);
    scene.whileBusy(
        link.client().executor(),
        () -> {
          link.client().read(ByteBuffer.allocate(10), read);
          link.client().write(write, source);
          end.run();
        });
    read.ended(otherwise);
    write.ended(otherwise);
    link.settle(); // a second completion would come now
    scene.rethrow();
  }

  private static List<Outcome<Void>> cancelAndArrival(Scene scene, Link link) {
    Outcome<Void> read = link.server().read(10);
    Outcome<Void> write = link.client().outcome("write");
    var source = link.client().next(1);
    scene
        .racers()
        .race(
            () -> read.cancel(CancellationType.TERMINAL), () -> link.client().write(write, source));
    return List.of(read, write);
  }

  private static List<Outcome<Void>> closeAndArrival(Scene scene, Link link) {
    Outcome<Void> read = link.server().read(10);
    Outcome<Void> write = link.client().outcome("write");
    var source = link.client().next(1);
    scene.racers().race(() -> link.server().close(), () -> link.client().write(write, source));
    return List.of(read, write);
  }

  private static List<Outcome<Void>> closeAndInitiation(Scene scene, Link link) {
    Outcome<Void> wait = link.client().outcome("wait");
    Outcome<Void> write = link.client().outcome("write");
    var source = link.client().next(100);
    scene
        .racers()
        .race(
            () -> link.client().close(),
            () -> {
              link.client().write(write, source);
              link.client().waitReadable(wait);
            });
    return List.of(wait, write);
  }

  private static List<Outcome<Void>> closeAndPeersClose(Scene scene, Link link) {
    Outcome<Void> one = link.server().read(10);
    Outcome<Void> other = link.client().waitReadable();
    scene.racers().race(() -> link.server().close(), () -> link.client().close());
    return List.of(one, other);
  }

  private static List<Outcome<Void>> cancelsAndClose(Scene scene, Link link) {
    Outcome<Void> read = link.server().read(10);
    scene
        .racers()
        .race(
            () -> read.cancel(CancellationType.TOTAL),
            () -> read.cancel(CancellationType.TERMINAL),
            () -> link.server().close());
    return List.of(read);
  }

  private static List<Outcome<Void>> teardownAndClose(Scene scene, Link link) {
    Outcome<Void> read = link.client().read(10);
    Outcome<Void> teardown = link.client().outcome("teardown");
    scene
        .racers()
        .race(
            () -> link.client().teardown(Role.CLIENT, teardown),
            () -> teardown.cancel(CancellationType.TERMINAL),
            () -> link.server().close());
    link.client().close();
    return List.of(read, teardown);
  }
}
