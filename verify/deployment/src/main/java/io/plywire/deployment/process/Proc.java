// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What Linux knows of a process.
 *
 * @param descriptors how many it has open
 * @param peakResident the most memory it ever had, in bytes
 */
public record Proc(int descriptors, long peakResident) {

  /** Returns whether there is such a thing here. */
  public static boolean isThere() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  /** Looks at a process of this user. */
  public static Proc of(long pid) throws IOException {
    Path folder = Path.of("/proc/" + pid);
    int descriptors;
    try (Stream<Path> all = Files.list(folder.resolve("fd"))) {
      descriptors = (int) all.count();
    }
    long peak = 0;
    for (String line : Files.readAllLines(folder.resolve("status"))) {
      if (line.startsWith("VmHWM:")) {
        peak = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return new Proc(descriptors, peak);
  }

  /** Looks at this process. */
  public static Proc self() throws IOException {
    return of(ProcessHandle.current().pid());
  }
}
