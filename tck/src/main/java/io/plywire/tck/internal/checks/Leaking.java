// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What remains when a stream was closed: N12. */
final class Leaking {
  private static final Rule THREADS = Rule.of("N12.1");
  private static final Rule DESCRIPTORS = Rule.of("N12.2");
  private static final int PAIRS = 20;

  private Leaking() {}

  static List<Experiment> all() {
    return List.of(
        check("N12.1", "nothingRemainsOfClosedStreams", Leaking::remains),
        check("N12.3", "closedStreamsAreGarbage", Leaking::garbage));
  }

  private static void cycle(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().writeOne();
    link.server().read(10).success();
    Outcome<Void> pending = link.server().read(10);
    scene.closeAll();
    pending.ended();
  }

  private static void remains(Scene scene) throws Exception {
    new Remains(scene, "connections were opened and closed", THREADS, DESCRIPTORS)
        .expectNothing(scene.environment().cycles(), () -> cycle(scene));
  }

  private static void garbage(Scene scene) throws Exception {
    List<WeakReference<Object>> used = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      use(scene, used);
    }
    // The last one may still be on somebody's mind.
    Garbage.expect(scene, used, 4, "streams and buffers of closed connections");
  }

  private static void use(Scene scene, List<WeakReference<Object>> used) throws Exception {
    StreamPair pair = scene.unwatched();
    CountDownLatch ended = new CountDownLatch(2);
    ByteBuffer target = ByteBuffer.allocateDirect(1000);
    pair.server().asyncReadSome(target, (error, bytes) -> ended.countDown());
    pair.client().asyncReadSome(ByteBuffer.allocate(1), (error, bytes) -> ended.countDown());
    pair.server().close();
    pair.client().close();
    scene.await(ended, scene.rule(), "the reads of closed streams have ended");
    scene.settle(pair.server().executor());
    scene.settle(pair.client().executor());
    used.add(new WeakReference<>(pair.server()));
    used.add(new WeakReference<>(pair.client()));
    used.add(new WeakReference<>(target));
  }
}
