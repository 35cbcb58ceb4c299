// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a process has at one moment.
 *
 * @param connections how many its server has
 * @param heap bytes in use after a collection
 * @param direct bytes of direct buffers
 * @param threads Java's threads
 * @param latenessNanos how late its threads ran since the last look
 * @param descriptors open ones
 * @param peakResident the most memory it ever had, native and other, in bytes
 */
public record Look(
    int connections,
    long heap,
    long direct,
    int threads,
    long latenessNanos,
    int descriptors,
    long peakResident) {

  /** Looks at this process. */
  static String text(int connections, Lateness lateness) throws InterruptedException {
    long late = lateness.takeNanos();
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 2; i++) { // cleaners run behind a collection, and free what the next finds
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    return connections + " " + heap + " " + direct + " " + threads + " " + late;
  }

  static Look parse(String text, Proc proc) {
    String[] words = text.split(" ", -1);
    return new Look(
        Integer.parseInt(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]),
        Long.parseLong(words[4]),
        proc.descriptors(),
        proc.peakResident());
  }
}
