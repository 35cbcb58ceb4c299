// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.util.ArrayList;
import java.util.List;

/** When clients were told goodbye, and when they were back, since a server was told to end. */
final class Timeline {
  private final long begun = System.nanoTime();
  private final List<Long> ends = new ArrayList<>();
  private final List<Long> reopenings = new ArrayList<>();

  synchronized void ended() {
    ends.add(System.nanoTime() - begun);
  }

  synchronized void reopened() {
    reopenings.add(System.nanoTime() - begun);
  }

  /** Returns the times of the goodbyes in nanoseconds, in their order. */
  synchronized List<Long> ends() {
    return ends.stream().sorted().toList();
  }

  /** Returns when clients were back, in nanoseconds, in their order. */
  synchronized List<Long> reopenings() {
    return reopenings.stream().sorted().toList();
  }
}
