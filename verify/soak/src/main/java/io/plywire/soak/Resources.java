// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.io.File;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What this process has.
 *
 * @param descriptors open ones, or -1 where there is no {@code /proc}
 * @param threads all of them but the JVM's own helpers that come and go
 * @param buffers direct buffers
 * @param bufferBytes bytes of those
 * @param heap bytes in use after a collection
 * @param resident bytes of memory, native and other, or -1 where there is no {@code /proc}
 */
record Resources(
    long descriptors, long threads, long buffers, long bufferBytes, long heap, long resident) {

  /** Looks, after everything that nobody refers to has been collected. */
  static Resources now() throws InterruptedException {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) { // cleaners run behind a collection, and free what the next finds
      System.gc();
      Thread.sleep(100);
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    return new Resources(
        openDescriptors(),
        threadNames().size(),
        direct.getCount(),
        direct.getMemoryUsed(),
        heap,
        residentBytes());
  }

  static long openDescriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? -1 : open.length;
  }

  static Set<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(thread -> thread.getName() + "#" + thread.getId())
        .filter(name -> !name.startsWith("process reaper") && !name.contains("elayScheduler"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return -1;
    }
    return -1;
  }
}
