// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import java.util.ArrayList;
import java.util.List;

/** Finds what may not be. */
final class FloodJudge {
  /** What a server may grow by whoever comes: code, pools, whatever the JVM makes later. */
  static final long ANYWAY = 4L << 20;

  /** What may be left of memory: besides, a loop's pool keeps some of what it has lent. */
  static final long LEFT = 16L << 20;

  private FloodJudge() {}

  static List<String> findings(Measured measured, int mostHeld) {
    List<String> findings = new ArrayList<>();
    if (measured.held() > mostHeld) {
      findings.add("it held " + measured.held() + " connections, and " + mostHeld + " are allowed");
    }
    long most = Math.max(0, measured.held()) * measured.flood().mostBytes() + ANYWAY;
    if (measured.grown() > most) {
      findings.add(
          "memory grew by " + kib(measured.grown()) + ", and " + kib(most) + " are allowed for");
    }
    if (measured.flood().leavesRoom() && measured.newcomersOut() > 0) {
      findings.add(measured.newcomersOut() + " newcomers were turned away, and there was room");
    }
    if (measured.leftConnections() > 0) {
      findings.add(measured.leftConnections() + " connections are left");
    }
    if (measured.leftDescriptors() > 0) {
      findings.add(measured.leftDescriptors() + " descriptors are left");
    }
    if (measured.leftBytes() > LEFT) {
      findings.add(kib(measured.leftBytes()) + " of memory are left");
    }
    return findings;
  }

  private static String kib(long bytes) {
    return bytes / 1024 + " KiB";
  }
}
