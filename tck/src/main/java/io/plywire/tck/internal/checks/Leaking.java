// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import javax.management.JMException;
import javax.management.ObjectName;

/** What remains when a stream was closed: N12. */
final class Leaking {
  /** What the JVM and the subject's common parts may still take for themselves. */
  private static final long TOLERANCE = 8;

  private static final int WARM_UP = 10;
  private static final int PAIRS = 20;

  private Leaking() {}

  static List<Experiment> all() {
    return List.of(
        check("N12.1", "noThreadRemains", Leaking::threads),
        check("N12.2", "noDescriptorRemains", Leaking::descriptors),
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

  private static void count(Scene scene, String what, LongSupplier resource) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      cycle(scene);
    }
    long before = resource.getAsLong();
    int cycles = scene.environment().cycles();
    for (int i = 0; i < cycles; i++) {
      cycle(scene);
    }
    scene.eventually(
        () -> resource.getAsLong() <= before + TOLERANCE,
        () ->
            String.format(
                Locale.ROOT,
                "%d %s after %d connections were opened and closed, %d before",
                resource.getAsLong(),
                what,
                cycles,
                before));
  }

  private static void threads(Scene scene) throws Exception {
    count(scene, "threads", () -> ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static void descriptors(Scene scene) throws Exception {
    if (openDescriptors() < 0) {
      throw new Untested("this JVM does not tell how many file descriptors are open");
    }
    count(scene, "file descriptors", Leaking::openDescriptors);
  }

  static long openDescriptors() {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "OpenFileDescriptorCount");
    } catch (JMException e) {
      return -1; // not of this system
    }
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
