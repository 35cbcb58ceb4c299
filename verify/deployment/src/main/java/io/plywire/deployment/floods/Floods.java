// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.deployment.process.Look;
import io.plywire.deployment.process.Patience;
import io.plywire.deployment.process.ServerProcess;
import io.plywire.websocket.ServerLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/** One run: a server, ordinary clients, and one flood after the other. */
final class Floods implements AutoCloseable {
  private static final int ECHOES = 5; // of each ordinary client, at least, in each flood
  private static final int MOST_HANDSHAKES = 16; // at a time: the machine is ours as well
  private static final int MOST_PINGING = 40; // below the limit of one address
  private static final int REFUSED_IN_WORDS = 256; // see ServerLimits.Overflow

  private final Plan plan;
  private final PrintWriter out;
  private final ServerProcess server;
  private final Target target;
  private final Ordinary ordinary;

  /**
   * How a run is to be.
   *
   * @param attackers how many connections a flood has, if the server lets them
   * @param ordinary how many others there are
   * @param time how long a flood goes on at least
   * @param heapMib of the server
   * @param directMib of the server, for clients that do not read above all
   * @param messageMax the longest message that it takes, in bytes
   */
  record Plan(
      int attackers, int ordinary, Duration time, int heapMib, int directMib, int messageMax) {}

  private Floods(Plan plan, Path folder, PrintWriter out) throws IOException, InterruptedException {
    this.plan = plan;
    this.out = out;
    server =
        ServerProcess.start(
            FloodServer.class,
            List.of(
                "-Xmx" + plan.heapMib() + "m",
                "-XX:MaxDirectMemorySize=" + plan.directMib() + "m",
                "-XX:+ExitOnOutOfMemoryError"),
            folder.resolve("server.log"),
            List.of(Integer.toString(plan.messageMax())));
    try {
      target = Target.parse(server.listening(), plan.messageMax());
      ordinary = new Ordinary(target, plan.ordinary());
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Runs and tells.
   *
   * @param folder for files
   * @return what was wrong
   */
  static List<String> run(Plan plan, Path folder, List<Flood> floods, PrintWriter out)
      throws Exception {
    try (Floods run = new Floods(plan, folder, out)) {
      return run.run(floods);
    }
  }

  private List<String> run(List<Flood> floods) throws Exception {
    for (Flood flood : floods) { // so that nothing is used for the first time later
      measure(flood, 4, Duration.ZERO);
    }
    FloodReport.head(plan, server.look(), out);
    List<String> findings = new ArrayList<>();
    for (Flood flood : floods) {
      Measured measured = measure(flood, count(flood), plan.time());
      FloodReport.line(measured, out);
      for (String finding : FloodJudge.findings(measured, mostHeld(flood))) {
        findings.add(flood + ": " + finding);
      }
    }
    findings.addAll(ordinary.failures());
    out.println(
        String.format(
            Locale.ROOT,
            "the server's most resident memory ever: %d MiB",
            server.look().peakResident() >> 20));
    out.println(findings.isEmpty() ? "everything is as promised" : "WRONG:");
    findings.forEach(finding -> out.println("  " + finding));
    out.flush();
    return findings;
  }

  private int count(Flood flood) {
    return switch (flood.manner()) {
      case HANDSHAKE -> Math.min(MOST_HANDSHAKES, plan.attackers());
      case PING_AND_READ -> Math.min(MOST_PINGING, plan.attackers());
      default -> plan.attackers();
    };
  }

  /** Returns how many connections the limits allow to such a flood. */
  private static int mostHeld(Flood flood) {
    ServerLimits limits = FloodServer.LIMITS;
    int ofAddresses = limits.connectionsPerAddress() * flood.addresses();
    boolean opening =
        switch (flood.manner()) {
          case SILENT, HALF, HELLO, HANDSHAKE -> true;
          case PING, PING_AND_READ, ANNOUNCE, ALL_BUT_ONE -> false;
        };
    return Math.min(ofAddresses, opening ? limits.openings() : limits.connections())
        + REFUSED_IN_WORDS;
  }

  private Measured measure(Flood flood, int count, Duration time) throws Exception {
    Look before = server.look();
    ordinary.reset();
    Attack attack =
        flood.manner() == Flood.Manner.HANDSHAKE
            ? new HandshakeAttacker(flood, target, count)
            : new Attacker(flood, target, count);
    Look during;
    long echoes;
    long worst;
    try (attack) {
      long begun = System.nanoTime();
      boolean echoed =
          Patience.await(
              () -> {
                ordinary.newcomer(flood.secure());
                return System.nanoTime() - begun >= time.toNanos()
                    && (ordinary.fewest() >= ECHOES || !ordinary.failures().isEmpty());
              },
              ordinary::echoes);
      if (!echoed) {
        throw new IOException(flood + ": the ordinary clients get no more echoes");
      }
      echoes = ordinary.echoes();
      worst = ordinary.worstNanos(); // the look stops everything for a collection
      during = server.look();
    }
    Look after = backTo(before);
    return new Measured(
        flood,
        attack.attempts(),
        before,
        during,
        echoes,
        worst,
        ordinary.newcomersIn(),
        ordinary.newcomersOut(),
        after.connections() - before.connections(),
        after.descriptors() - before.descriptors(),
        after.heap() + after.direct() - before.heap() - before.direct());
  }

  /** Returns the look that finds nothing left; a newcomer may be on its way in the next one. */
  private Look backTo(Look before) throws Exception {
    AtomicReference<Look> last = new AtomicReference<>(before);
    Patience.await(
        () -> {
          Look now = server.look();
          last.set(now);
          return now.connections() <= before.connections()
              && now.descriptors() <= before.descriptors();
        },
        () -> 0);
    return last.get();
  }

  @Override
  public void close() {
    ordinary.close();
    server.close();
  }
}
