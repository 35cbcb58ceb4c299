// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.util.List;
import java.util.stream.Collectors;

/** What there is to say when something does not happen. */
final class Hang {
  private static final int LAST_EVENTS = 3;

  private Hang() {}

  /** Returns which operations have not ended, what they wait for, and what happened last. */
  static String described(List<Watched> outstanding, Trace trace) {
    String waiting =
        outstanding.isEmpty()
            ? "no operation is outstanding"
            : outstanding.stream().map(Watched::state).sorted().collect(Collectors.joining("; "));
    return "; "
        + waiting
        + trace.lastOf("client", LAST_EVENTS)
        + trace.lastOf("server", LAST_EVENTS);
  }
}
