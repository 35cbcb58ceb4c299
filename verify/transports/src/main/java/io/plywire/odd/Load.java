// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that do nothing, as fast as they can; they end with this JVM, however it ends. */
final class Load {
  private static final String LOOP =
      "while kill -0 $0 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done";

  private final List<Process> loops = new ArrayList<>();

  Load(int processes) throws IOException {
    for (int i = 0; i < processes; i++) {
      String self = Long.toString(ProcessHandle.current().pid());
      loops.add(new ProcessBuilder("sh", "-c", LOOP, self).start());
    }
  }

  void stop() {
    loops.forEach(Process::destroyForcibly);
  }
}
