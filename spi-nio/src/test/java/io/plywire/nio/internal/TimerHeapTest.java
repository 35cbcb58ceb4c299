// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
  @Test
  void timersComeOutByDeadlineAndThenAsTheyCameIn() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Rig rig = new Rig(1)) {
      for (int round = 0; round < 200; round++) {
        TimerHeap heap = new TimerHeap();
        List<LoopTimer> model = new ArrayList<>();
        long zero = Long.MAX_VALUE - 50; // deadlines overflow, as nanoTime may
        for (int step = 0; step < 300; step++) {
          int choice = random.nextInt(5);
          if (choice < 3 || model.isEmpty()) {
            LoopTimer timer = new LoopTimer(rig.loop(), zero + random.nextInt(100), () -> {});
            heap.add(timer);
            model.add(timer);
          } else if (choice == 3) {
            LoopTimer timer = model.remove(random.nextInt(model.size()));
            heap.remove(timer);
            heap.remove(timer); // is nothing
          } else {
            LoopTimer first = heap.first();
            assertThat(first).as("seed %d", seed).isSameAs(firstOf(model, zero));
            heap.remove(first);
            model.remove(first);
          }
          assertThat(heap.size()).isEqualTo(model.size());
          assertThat(heap.first()).as("seed %d", seed).isSameAs(firstOf(model, zero));
        }
      }
    }
  }

  private static LoopTimer firstOf(List<LoopTimer> model, long zero) {
    return model.stream()
        .min(Comparator.comparingLong((LoopTimer t) -> t.deadlineNanos - zero))
        .orElse(null);
  }

  @Test
  void cancelledTimersLeaveNothingBehind() {
    try (Rig rig = new Rig(1)) {
      SelectorLoop loop = rig.loop();
      List<io.plywire.stream.StreamExecutor.Timer> timers = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        timers.add(loop.schedule(Duration.ofHours(1 + i % 7), () -> {}));
      }
      assertThat(Rig.onLoop(loop, loop::timerCount)).isEqualTo(10_000);
      timers.forEach(timer -> assertThat(timer.cancel()).isTrue());
      timers.forEach(timer -> assertThat(timer.cancel()).isFalse());
      assertThat(Rig.onLoop(loop, loop::timerCount)).isZero();
    }
  }
}
