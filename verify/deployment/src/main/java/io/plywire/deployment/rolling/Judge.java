// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what may not be. The spread is judged by two lines: no goodbye may come before its turn,
 * which no slow machine can bring about; and none long after it, unless the machine was late
 * itself.
 */
final class Judge {
  /** Goodbyes that may come before their turn: the first, and one for rounding. */
  private static final int AHEAD = 2;

  /** A tenth of the spread, and this: how late a goodbye may be on a machine that is not. */
  private static final long BEHIND_NANOS = 1_000_000_000L;

  private final Evidence evidence;
  private final List<String> findings = new ArrayList<>();

  private Judge(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Returns what is wrong, a line for each kind; nothing if everything is as promised. */
  static List<String> findings(Evidence evidence) {
    Judge judge = new Judge(evidence);
    judge.findings.addAll(evidence.complaints());
    judge.messages();
    evidence.restarts().forEach(judge::restart);
    return judge.findings;
  }

  private void messages() {
    int lost = 0;
    int often = 0;
    Set<Journal.Sent> known = new HashSet<>();
    for (Caller.Account account : evidence.accounts()) {
      for (int i = 1; i <= account.sent(); i++) {
        Journal.Sent message = new Journal.Sent(account.client(), i);
        int stored = evidence.stored().getOrDefault(message, 0);
        known.add(message);
        lost += stored == 0 && i <= account.acknowledged() ? 1 : 0;
        often += stored > 1 + account.resent().getOrDefault(i, 0) ? 1 : 0;
      }
    }
    long unknown = evidence.stored().keySet().stream().filter(m -> !known.contains(m)).count();
    find(lost, "messages were acknowledged and are not stored");
    find(often, "messages are stored more often than they were sent");
    find(unknown, "messages are stored that nobody sent");
  }

  private void find(long count, String what) {
    if (count > 0) {
      findings.add(count + " " + what);
    }
  }

  private void restart(Restart restart) {
    String server = "server " + restart.server() + ": ";
    Farewell farewell = restart.farewell();
    if (farewell == null) {
      findings.add(server + "it did not say how its connections ended");
      return;
    }
    find(
        farewell.aborted(),
        "connections were cut off at the deadline of server " + restart.server());
    if (farewell.closed() != restart.ends().size()) {
      findings.add(
          server
              + farewell.closed()
              + " connections closed by its word, "
              + restart.ends().size()
              + " by the clients'");
    }
    if (restart.ends().size() != restart.reopenings().size()) {
      findings.add(
          server
              + restart.ends().size()
              + " connections ended, and "
              + restart.reopenings().size()
              + " came again");
    }
    spread(restart, server, Math.max(farewell.connections(), restart.ends().size()));
  }

  private void spread(Restart restart, String server, int told) {
    double apart = (double) restart.spread().toNanos() / told;
    long behind = restart.spread().toNanos() / Restart.PARTS + BEHIND_NANOS;
    int ahead = 0;
    long latest = 0;
    for (int i = 0; i < restart.ends().size(); i++) {
      long time = restart.ends().get(i);
      ahead += time < (i - AHEAD) * apart ? 1 : 0;
      latest = Math.max(latest, time - (long) (i * apart));
    }
    find(ahead, "goodbyes of server " + restart.server() + " came before their turn");
    if (latest > behind && restart.latenessNanos() < BEHIND_NANOS / 10) {
      findings.add(
          String.format(
              Locale.ROOT,
              "%sa goodbye came %.1f s after its turn, on a machine that was %.2f s late",
              server,
              latest / 1e9,
              restart.latenessNanos() / 1e9));
    }
  }
}
