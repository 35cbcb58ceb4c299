// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.sun.management.UnixOperatingSystemMXBean;
import io.plywire.bench.echo.load.Load;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.server.ServerMain;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures subjects in rounds, each round in another order. Those of one kind of traffic run side
 * by side: their servers run at the same time, and the load generator goes round them in short
 * turns, so that what disturbs the machine for a while disturbs all of them. Those whose turn it is
 * not rest.
 *
 * <p>Each has a server of its own. One that had served another kind of traffic before would run
 * code that was compiled for a mixture, and on a heap that is no longer young.
 *
 * <p>Memory is measured one after the other. Half as many connections are open before it begins:
 * classes are loaded then, code is compiled, and pools are filled.
 */
final class Run {
  /** Options of the JVM besides, where memory is measured. */
  static final List<String> MEMORY_OPTIONS =
      List.of(
          // All of the heap at once, so that what the process gets later is outside of it.
          "-XX:+AlwaysPreTouch",
          // C2 takes tens of megabytes whenever it feels like it; connections are the same size.
          "-XX:TieredStopAtLevel=1",
          // Caches go with the first collection, not with the one that counts.
          "-XX:SoftRefLRUPolicyMSPerMB=0");

  /** How often it is each one's turn: of a measurement of 2 s, a quarter of a second. */
  private static final int TURNS = 8;

  /**
   * Of the time for warming up, what is spent again when all servers run. The first ones have
   * rested for minutes by then, and what a server does after some silence, such as sending pings,
   * may have cost it some of its compiled code.
   */
  private static final double AGAIN = 0.25;

  /** Files that this process has open besides connections, and some to spare. */
  private static final int OTHER_FILES = 500;

  /**
   * How long to measure.
   *
   * @param warmUp seconds before each measurement at least
   * @param seconds of each measurement, in turns
   */
  record Effort(int rounds, double warmUp, double seconds) {}

  private final List<Subject> subjects;
  private final List<Cell> cells;
  private final Effort effort;
  private final Cores cores;
  private final PrintWriter out;
  private final long start = System.nanoTime();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int round;

  Run(List<Subject> subjects, List<Cell> cells, Effort effort, Cores cores, PrintWriter out) {
    this.subjects = subjects;
    this.cells = cells;
    this.effort = effort;
    this.cores = cores;
    this.out = out;
  }

  /** A server and its load. */
  private record Pair(Subject subject, ServerProcess server, Load load) implements Closeable {
    @Override
    public void close() throws IOException {
      load.close();
      server.close();
    }
  }

  /** Something that may fail for one subject, while the others go on. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  /** What is done with each pair that has not failed. */
  @FunctionalInterface
  private interface Step {
    void run(Pair pair) throws IOException;
  }

  /** Returns what was measured, in the order of the subjects. */
  List<Sample> samples() {
    return samples.stream()
        .sorted(Comparator.comparingInt(sample -> subjects.indexOf(sample.subject())))
        .toList();
  }

  /** Returns what could not be measured, and why. */
  List<String> failures() {
    return failures;
  }

  /** Measures everything once more; a sample that fails is told and left out. */
  void round() throws IOException {
    round++;
    List<Subject> order = new ArrayList<>(subjects);
    Collections.shuffle(order, new Random(round)); // the same in each run
    for (Cell cell : cells) {
      if (cell.isSilent()) {
        for (Subject subject : order) {
          attempt(subject, cell, () -> memory(subject, cell));
        }
      } else {
        int atOnce = Math.max(1, maxConnections() / (cell.connections() + cell.idle()));
        for (int i = 0; i < order.size(); i += atOnce) {
          sideBySide(order.subList(i, Math.min(order.size(), i + atOnce)), cell);
        }
      }
    }
  }

  private static int maxConnections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? (int) Math.min(Integer.MAX_VALUE, unix.getMaxFileDescriptorCount() - OTHER_FILES)
        : Integer.MAX_VALUE;
  }

  private void sideBySide(List<Subject> some, Cell cell) throws IOException {
    tell(
        "%s: warming up, then measuring %d server%s side by side%s",
        cell,
        some.size(),
        some.size() == 1 ? "" : "s",
        some.size() == subjects.size() ? "" : ", as the limit of open files allows");
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Subject subject : some) {
        if (attempt(subject, cell, () -> pairs.add(start(subject, cell)))) {
          Pair last = pairs.get(pairs.size() - 1);
          step(pairs, last, cell, pair -> pair.load.warmUp(effort.warmUp, cell.warmUp()));
        }
      }
      each(pairs, cell, pair -> pair.load.warmUp(AGAIN * effort.warmUp, 0));
      for (int turn = 0; turn < TURNS; turn++) {
        each(pairs, cell, pair -> pair.load.measure(effort.seconds / TURNS));
      }
      each(pairs, cell, pair -> end(pair, cell));
    } finally {
      for (Pair pair : pairs) {
        pair.close();
      }
    }
  }

  private Pair start(Subject subject, Cell cell) throws IOException {
    ServerProcess server = new ServerProcess(subject, cores, List.of());
    try {
      return new Pair(subject, server, Load.of(server.target(), cell));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void each(List<Pair> pairs, Cell cell, Step step) throws IOException {
    for (Pair pair : List.copyOf(pairs)) {
      step(pairs, pair, cell, step);
    }
  }

  private void step(List<Pair> pairs, Pair pair, Cell cell, Step step) throws IOException {
    if (!attempt(pair.subject, cell, () -> step.run(pair))) {
      pairs.remove(pair);
      pair.close();
    }
  }

  private void end(Pair pair, Cell cell) throws IOException {
    pair.load.requireIdle();
    LoadResult result = pair.load.result();
    samples.add(Sample.of(pair.subject, cell, round, result));
    tell(
        "%s %s: %.2f µs of processor for each, %,.0f each second, p50 %.0f µs, p99 %.0f µs%s",
        cell,
        pair.subject,
        result.cpuMicros(),
        result.perSecond(),
        result.p50(),
        result.p99(),
        result.coarseTurns() == 0
            ? ""
            : "; NOTE: processor time in ticks of 10 ms, since threads ended");
  }

  private void memory(Subject subject, Cell cell) throws IOException {
    int connections = cell.idle();
    try (ServerProcess server = new ServerProcess(subject, cores, MEMORY_OPTIONS);
        Load first = Load.of(server.target(), Cell.silent(Math.max(1, connections / 2)))) {
      server.memory(); // which takes some itself, the first time
      ServerMain.Memory before = server.memory();
      long residentBefore = server.residentBytes();
      try (Load counted = Load.of(server.target(), cell)) {
        ServerMain.Memory after = server.memory();
        long residentAfter = server.residentBytes();
        first.requireIdle();
        counted.requireIdle();
        double heap = (double) (after.heap() - before.heap()) / connections;
        double outside = (double) (residentAfter - residentBefore) / connections;
        double direct = (double) (after.direct() - before.direct()) / connections;
        samples.add(Sample.ofMemory(subject, cell, round, heap, outside, direct));
        tell(
            "%s %s: %,.0f bytes for each connection, %,.0f of them on the heap",
            cell, subject, heap + outside, heap);
      }
    }
  }

  /** Returns whether it succeeded; tells why if not. */
  private boolean attempt(Subject subject, Cell cell, Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (IOException | RuntimeException e) {
      String why = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
      failures.add(subject + ", " + cell + ", round " + round + ": " + why);
      tell("%s %s: FAILED: %s", cell, subject, why);
      return false;
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private void tell(String format, Object... values) {
    out.printf(
        Locale.ROOT,
        "[%4d s, round %d/%d] %s%n",
        (System.nanoTime() - start) / 1_000_000_000,
        round,
        effort.rounds,
        String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
