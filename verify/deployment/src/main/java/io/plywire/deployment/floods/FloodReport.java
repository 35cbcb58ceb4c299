// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.deployment.process.Look;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells a run in words. */
final class FloodReport {
  private FloodReport() {}

  static void head(Floods.Plan plan, Look idle, PrintWriter out) {
    out.println(
        String.format(
            Locale.ROOT,
            "a server with %d MiB of heap and %d MiB of direct memory; idle with %d clients it has %d KiB of"
                + " heap, %d KiB of direct memory, %d descriptors",
            plan.heapMib(),
            plan.directMib(),
            plan.ordinary(),
            idle.heap() / 1024,
            idle.direct() / 1024,
            idle.descriptors()));
    out.println(
        String.format(
            Locale.ROOT,
            "%-36s %8s %6s %9s %9s %9s %9s %7s %9s %9s",
            "flood",
            "attempts",
            "held",
            "heap KiB",
            "direct",
            "each KiB",
            "RSS MiB",
            "echoes",
            "worst ms",
            "newcomers"));
  }

  static void line(Measured measured, PrintWriter out) {
    Look during = measured.during();
    Look before = measured.before();
    out.println(
        String.format(
            Locale.ROOT,
            "%-36s %8d %6d %+9d %+9d %9.1f %9d %7d %9.1f %5d/%d",
            measured.flood(),
            measured.attempts(),
            measured.held(),
            (during.heap() - before.heap()) / 1024,
            (during.direct() - before.direct()) / 1024,
            measured.held() <= 0 ? 0 : measured.grown() / 1024.0 / measured.held(),
            during.peakResident() >> 20,
            measured.echoes(),
            measured.worstNanos() / 1e6,
            measured.newcomersIn(),
            measured.newcomersIn() + measured.newcomersOut()));
    out.flush();
  }
}
