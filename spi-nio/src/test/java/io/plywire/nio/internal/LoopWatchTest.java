// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopWatchTest {
  private static final long LIMIT = Duration.ofSeconds(1).toNanos();

  private final List<String> reports = new ArrayList<>();

  private LoopWatch watch(SelectorLoop loop) {
    return new LoopWatch(List.of(loop), Duration.ofNanos(LIMIT), 0, reports::add);
  }

  @Test
  void loopThatIsStuckIsToldOnceWithItsStack() throws Exception {
    SelectorLoop loop = SelectorLoop.start("stuck-loop", null, false);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    LoopWatch watch = watch(loop);
    loop.execute(() -> waitsThere(inside, goOn));
    inside.await();
    watch.look(0);
    watch.look(LIMIT - 1);
    assertThat(reports).isEmpty();
    watch.look(LIMIT);
    watch.look(3 * LIMIT);
    assertThat(reports)
        .singleElement()
        .asString()
        .contains("stuck-loop has been busy with one turn for 1000 ms", "waitsThere");
    goOn.countDown();
    loop.close();
    loop.awaitTermination(Duration.ofSeconds(20));
    watch.look(9 * LIMIT);
    assertThat(reports).as("it is over").hasSize(1);
  }

  @Test
  void loopThatWaitsIsNotStuck() throws Exception {
    SelectorLoop loop = SelectorLoop.start("idle-loop", null, false);
    LoopWatch watch = watch(loop);
    while (!loop.isWaiting()) {
      Thread.onSpinWait();
    }
    watch.look(5 * LIMIT);
    assertThat(reports).isEmpty();
    loop.close();
    loop.awaitTermination(Duration.ofSeconds(20));
  }

  private static void waitsThere(CountDownLatch inside, CountDownLatch goOn) {
    inside.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
