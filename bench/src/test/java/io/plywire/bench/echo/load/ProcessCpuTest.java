// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ProcessCpuTest {
  /** The kernel brings a running thread's account up to date at ticks. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long BURNT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SELF = ProcessHandle.current().pid();

  private static void burn() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    while (threads.getCurrentThreadCpuTime() - start < BURNT_NANOS) {
      Thread.onSpinWait();
    }
  }

  @Test
  void countsThreadsThatCame() throws Exception {
    ProcessCpu before = ProcessCpu.of(SELF);
    CountDownLatch burnt = new CountDownLatch(1);
    CountDownLatch looked = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              burn();
              burnt.countDown();
              try {
                looked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    other.start();
    burnt.await();
    ProcessCpu after = ProcessCpu.of(SELF);
    looked.countDown();
    other.join();

    assertThat(after.nanosSince(before)).isGreaterThan(BURNT_NANOS - 2 * TICK_NANOS);
  }

  @Test
  void countsThreadsThatWent() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try {
                go.await();
                burn();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    other.start();
    ProcessCpu before = ProcessCpu.of(SELF);
    go.countDown();
    other.join();
    ProcessCpu after = ProcessCpu.of(SELF);
    while (after.isFineSince(before)) {
      Thread.onSpinWait(); // joined, but the kernel still lists it
      after = ProcessCpu.of(SELF);
    }

    assertThat(after.nanosSince(before)).isGreaterThan(BURNT_NANOS - 2 * TICK_NANOS);
  }

  @Test
  void processThatIsNotThere() {
    assertThatThrownBy(() -> ProcessCpu.of(0)).isInstanceOf(IOException.class);
  }
}
