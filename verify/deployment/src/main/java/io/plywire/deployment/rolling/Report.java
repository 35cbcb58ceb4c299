// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.deployment.process.Haproxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Tells a run in words. */
final class Report {
  private Report() {}

  static void restart(Restart restart, PrintWriter out) {
    Farewell farewell = restart.farewell();
    out.println(
        "server "
            + restart.server()
            + " restarted: "
            + (farewell == null
                ? "it said nothing"
                : String.format(
                    Locale.ROOT,
                    "%d closed, %d broken off (checks of the balancer among them), %d aborted",
                    farewell.closed(),
                    farewell.brokenOff(),
                    farewell.aborted())));
    out.println("  of each tenth of " + restart.spread().toMillis() + " ms, and later:");
    out.println("  goodbyes " + counts(restart, restart.ends()));
    out.println("  back     " + counts(restart, restart.reopenings()));
    out.println(
        String.format(
            Locale.ROOT,
            "  back after a goodbye at the latest %.0f ms later; this process was %.0f ms late at worst",
            longestGap(restart) / 1e6,
            restart.latenessNanos() / 1e6));
    out.flush();
  }

  private static String counts(Restart restart, List<Long> times) {
    StringBuilder text = new StringBuilder();
    for (int count : restart.parts(times)) {
      text.append(String.format(Locale.ROOT, "%5d", count));
    }
    return text.toString();
  }

  /** Returns by how much the n-th that is back is later than the n-th goodbye, at most. */
  private static long longestGap(Restart restart) {
    long longest = 0;
    int both = Math.min(restart.ends().size(), restart.reopenings().size());
    for (int i = 0; i < both; i++) {
      longest = Math.max(longest, restart.reopenings().get(i) - restart.ends().get(i));
    }
    return longest;
  }

  static void end(Evidence evidence, Haproxy haproxy, List<String> findings, PrintWriter out)
      throws IOException {
    out.println(
        String.format(
            Locale.ROOT,
            "messages: %d acknowledged; %d sent again, of which %d were stored twice",
            evidence.acknowledged(),
            evidence.resent(),
            evidence.storedAgain()));
    out.println(
        "HAProxy: "
            + haproxy.sum("wredis")
            + " requests went to the other server after the first was not there, "
            + haproxy.sum("wretr")
            + " to the same again");
    out.println(findings.isEmpty() ? "everything is as promised" : "WRONG:");
    findings.forEach(finding -> out.println("  " + finding));
    out.flush();
  }
}
