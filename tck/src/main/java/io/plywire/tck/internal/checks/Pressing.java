// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.util.List;

/** A peer that does not read: N11. */
final class Pressing {
  private Pressing() {}

  static List<Experiment> all() {
    return List.of(
        check("N11.1", "writesWaitForAPeerThatDoesNotRead", Pressing::waits),
        check("N11.2", "everythingArrivesOnceThePeerReads", Pressing::resumes),
        check("N11.2", "bothDirectionsFullAtOnce", Pressing::bothFull));
  }

  private static void waits(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().fill(link.server()); // finds out how much is accepted
  }

  private static void drain(Side to, Side from, Outcome<Void> waiting) {
    while (!waiting.isDone() || to.received() < from.accepted()) {
      int there = (int) Math.min(100_000, from.accepted() - to.received());
      if (there > 0) {
        to.receive(1); // room for one more, and then for many
        to.receive(there - 1);
      } else {
        waiting.ended(); // nothing lies between, so nothing is left to wait for
      }
    }
    waiting.success();
  }

  private static void resumes(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> waiting = link.client().fill(link.server());
    drain(link.server(), link.client(), waiting);
    link.converse();
  }

  private static void bothFull(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> up = link.client().fill(link.server());
    Outcome<Void> down = link.server().fill(link.client());
    drain(link.server(), link.client(), up);
    drain(link.client(), link.server(), down);
    link.converse();
  }
}
