// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What remains of streams that end otherwise than by close(): N12. */
final class LastingEnds {
  private static final Rule THREADS = Rule.of("N12.1");
  private static final Rule DESCRIPTORS = Rule.of("N12.2");
  private static final int PAIRS = 20;
  private static final int STILL_IN_MIND = 4;

  private LastingEnds() {}

  static List<Experiment> all() {
    return List.of(
        check("N12.2", "nothingRemainsAfterTeardowns", s -> count(s, "teardowns", tornDown(s))),
        check("N12.2", "nothingRemainsAfterResets", s -> count(s, "resets", reset(s))),
        check("N12.3", "tornDownStreamsAreGarbage", LastingEnds::garbage));
  }

  private static void count(Scene scene, String what, Remains.Cycle cycle) throws Exception {
    new Remains(scene, what, THREADS, DESCRIPTORS).expectNothing(cycle);
  }

  /** Nobody calls close() once both ends are torn down. */
  private static Remains.Cycle tornDown(Scene scene) {
    return () -> {
      StreamPair pair = scene.unwatched();
      tearDown(scene, pair);
    };
  }

  private static void tearDown(Scene scene, StreamPair pair) {
    Outcome<Void> server = scene.outcome("server's teardown");
    Outcome<Void> client = scene.outcome("client's teardown");
    // Where that may be done is a matter of A1.2.
    scene.run(pair.server().executor(), () -> pair.server().asyncTeardown(Role.SERVER, server));
    scene.run(pair.client().executor(), () -> pair.client().asyncTeardown(Role.CLIENT, client));
    server.ended();
    client.ended();
  }

  /** The side that sees the reset is told to, by a read, and closed without more ado. */
  private static Remains.Cycle reset(Scene scene) {
    return () -> {
      Link link = scene.resettingLink();
      Outcome<Void> read = link.server().read(10);
      link.server().settle();
      link.client().close();
      read.ended();
      scene.closeAll();
    };
  }

  private static void garbage(Scene scene) throws Exception {
    List<WeakReference<Object>> used = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      use(scene, used);
    }
    Garbage.expect(scene, used, STILL_IN_MIND, "streams that were torn down");
  }

  private static void use(Scene scene, List<WeakReference<Object>> used) throws Exception {
    StreamPair pair = scene.unwatched();
    CountDownLatch ended = new CountDownLatch(2);
    IoHandler counting = (error, bytes) -> ended.countDown();
    scene.run(pair.server().executor(), () -> pair.server().asyncTeardown(Role.SERVER, counting));
    scene.run(pair.client().executor(), () -> pair.client().asyncTeardown(Role.CLIENT, counting));
    scene.await(ended, scene.rule(), "two teardowns have ended");
    used.add(new WeakReference<>(pair.server()));
    used.add(new WeakReference<>(pair.client()));
  }
}
