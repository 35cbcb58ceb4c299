// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor time of another process, by all of its threads, at one moment. Linux keeps it to
 * the nanosecond for each thread, but forgets threads that end; and in ticks of 10 ms for the
 * process with those.
 */
final class ProcessCpu {
  /** The kernel's unit for user space, on every architecture that a JVM runs on. */
  private static final long TICK_NANOS = 10_000_000;

  private static final int UTIME = 11; // counted from the field behind the name
  private static final int STIME = 12;

  private final long ticks;
  private final Map<String, Long> threads;

  private ProcessCpu(long ticks, Map<String, Long> threads) {
    this.ticks = ticks;
    this.threads = threads;
  }

  /**
   * Reads it.
   *
   * @throws IOException if there is no such process, or no such file system
   */
  static ProcessCpu of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Map<String, Long> threads = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path task : tasks) {
        try {
          String schedstat = Files.readString(task.resolve("schedstat"));
          threads.put(
              task.getFileName().toString(),
              Long.parseLong(schedstat.substring(0, schedstat.indexOf(' '))));
        } catch (NoSuchFileException e) {
          // It ended just now, or this kernel does not account so finely: the ticks stand in.
        }
      }
    }
    String stat = Files.readString(process.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new ProcessCpu(Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]), threads);
  }

  /** Returns whether the time since then is known finely, as all threads of then are there. */
  boolean isFineSince(ProcessCpu earlier) {
    return threads.keySet().containsAll(earlier.threads.keySet())
        && threads.values().stream().anyMatch(nanos -> nanos > 0);
  }

  /** Returns the nanoseconds of processor time between an earlier moment and this one. */
  long nanosSince(ProcessCpu earlier) {
    if (!isFineSince(earlier)) {
      return (ticks - earlier.ticks) * TICK_NANOS;
    }
    long sum = 0;
    for (Map.Entry<String, Long> each : threads.entrySet()) {
      sum += each.getValue() - earlier.threads.getOrDefault(each.getKey(), 0L);
    }
    return sum;
  }
}
