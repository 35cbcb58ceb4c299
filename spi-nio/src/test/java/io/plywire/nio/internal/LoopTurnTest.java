// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Turns of an event loop that take long are recorded, with what they had to do. */
@Timeout(60)
class LoopTurnTest {
  private static final String EVENT = "plywire.LoopTurn";

  @TempDir private Path folder;

  /** Keeps the loop busy for longer than the threshold. */
  private static void spin() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(25);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Has a loop busy twice, with three tasks in each of the two turns. */
  private static void twoLongTurns(SelectorLoop loop) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      CountDownLatch done = new CountDownLatch(1);
      loop.execute(
          () -> {
            loop.execute(LoopTurnTest::spin);
            loop.execute(done::countDown);
          });
      done.await();
    }
  }

  private List<RecordedEvent> recorded(Duration threshold) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(EVENT).withThreshold(threshold);
      recording.start();
      SelectorLoop loop = SelectorLoop.start("busy", null, false);
      twoLongTurns(loop);
      loop.close();
      assertThat(loop.awaitTermination(Duration.ofSeconds(20))).isTrue();
      Path file = folder.resolve("turns.jfr");
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(EVENT))
          .filter(event -> event.getString("loop").equals("busy"))
          .toList();
    }
  }

  @Test
  void aTurnThatTakesLongIsRecorded() throws Exception {
    assertThat(recorded(Duration.ofMillis(20)))
        .filteredOn(event -> event.getInt("tasks") > 0) // a busy machine makes others long, too
        .hasSize(2)
        .allSatisfy(
            event -> {
              assertThat(event.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(25));
              assertThat(event.getInt("tasks")).isEqualTo(3);
              assertThat(event.getInt("channels")).isZero();
              assertThat(event.getThread().getJavaName()).isEqualTo("busy");
            });
  }

  @Test
  void aTurnBelowTheThresholdIsNot() throws Exception {
    assertThat(recorded(Duration.ofHours(1))).isEmpty();
  }

  @Test
  void theThresholdIs20MillisecondsUnlessSet() {
    assertThat(EventType.getEventType(LoopTurnEvent.class).getSettingDescriptors())
        .filteredOn(setting -> setting.getName().equals("threshold"))
        .extracting(SettingDescriptor::getDefaultValue)
        .containsExactly("20 ms");
  }

  @Test
  void nobodyIsToldWhileNobodyRecords() throws Exception {
    assertThat(TurnRecorder.isWanted()).isFalse();
    try (Recording recording = new Recording()) {
      recording.start();
      assertThat(TurnRecorder.isWanted()).isTrue();
    }
    assertThat(TurnRecorder.isWanted()).isFalse();
  }
}
