// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.tck.broken.Middlebox.Meddling;
import java.util.List;

/** Defects that only a WebSocket meets, because it is its frames that they are about. */
final class BrokenConversations {
  private BrokenConversations() {}

  private static Broken box(String defect, String rule, Meddling meddling) {
    return Broken.stream(defect, rule, stream -> new Middlebox(stream, meddling));
  }

  static List<Broken> all() {
    return List.of(
        box("long frames arrive changed", "C1.1", Meddling.CHANGES_LONG_FRAMES),
        box(
            "what comes together with a request is lost",
            "C1.2",
            Meddling.LOSES_WHAT_FOLLOWS_A_REQUEST),
        box("close frames are dropped", "C1.3", Meddling.DROPS_CLOSE_FRAMES),
        box("pings are dropped", "C1.4", Meddling.DROPS_PINGS));
  }
}
