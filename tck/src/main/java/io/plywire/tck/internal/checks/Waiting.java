// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.util.List;

/** Waiting without a buffer: N5. */
final class Waiting {
  private Waiting() {}

  static List<Experiment> all() {
    return List.of(
        check("N5.1", "waitCompletesWhenAByteComesAndTakesNothing", Waiting::byteComes),
        check("N5.1", "waitForWhatIsThereCompletes", Waiting::byteIsThere),
        check("N5.1", "waitSeesTheEnd", Waiting::end),
        check("N5.2", "waitCompletesOnlyWhenThereIsSomething", Waiting::nothing, Trait.READINESS));
  }

  private static void byteComes(Scene scene) throws Exception {
    Link link = scene.link();
    for (int i = 0; i < 20; i++) {
      Outcome<Void> wait = link.server().waitReadable();
      link.client().writeOne();
      wait.success();
      link.server().receive(1);
    }
  }

  private static void byteIsThere(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().writeOne();
    for (int i = 0; i < 3; i++) {
      link.server().waitReadable().success();
    }
    link.server().receive(1);
  }

  private static void end(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> wait = link.client().waitReadable();
    link.server().teardown(Role.SERVER);
    wait.ended();
    link.client().read(1).failure(StreamError.EOF);
  }

  private static void nothing(Scene scene) throws Exception {
    Link link = scene.link();
    for (int i = 0; i < 5; i++) {
      Outcome<Void> wait = link.server().waitReadable();
      link.settle();
      scene.check(!wait.isDone(), "a wait completed with nothing there to read");
      link.client().writeOne();
      wait.success();
      link.server().receive(1);
    }
  }
}
