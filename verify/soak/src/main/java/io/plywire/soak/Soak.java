// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Rounds of connections, in one place after the other, and what is left of them. What is compared
 * with what: while the servers listen, before and after all rounds but the first of each place; and
 * when they are closed, after a short warm-up and at the end.
 */
final class Soak {
  /** BouncyCastle tells at length how it reads the JDK's settings. */
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

  private static final int CONNECTIONS = 48;
  private static final int PATIENCE_SECONDS = 45;
  private static final int SETTLING_SECONDS = 30;

  /** What ends too late proves nothing in a round in which a loop or a thread was this late. */
  private static final long LATE_MILLIS = 500;

  private static final long HEAP_TOLERANCE = 8L << 20;
  private static final long RESIDENT_TOLERANCE = 64L << 20;

  private final int seconds;
  private final long seed;
  private final boolean namespace;
  private final Random random;
  private final Tally tally = new Tally();
  private final AtomicLong lateness = new AtomicLong();
  private final List<String> growth = new ArrayList<>();
  private final StringBuilder table = new StringBuilder();
  private int rounds;
  private int talks;
  private int cold;
  private volatile List<? extends StreamExecutor> watched = List.of();
  private volatile boolean over;

  /**
   * Plans one.
   *
   * @param namespace whether the loopback is ours to disturb
   */
  Soak(int seconds, long seed, boolean namespace) {
    this.seconds = seconds;
    this.seed = seed;
    this.namespace = namespace;
    this.random = new Random(seed);
  }

  /** Runs, and returns how many things were wrong. */
  long run() throws Exception {
    System.out.println("seed " + seed + ", " + seconds + " s, " + Setup.ALL.size() + " setups");
    BOUNCY_CASTLE.setLevel(Level.OFF);
    Thread watch = new Thread(this::watch, "soak-watch");
    watch.setDaemon(true);
    watch.start();
    Netem netem = namespace ? new Netem() : null;
    warmUp(netem);
    Resources closedBefore = Resources.now();
    Resources[] open = rounds(netem);
    Resources closedAfter = afterClosing(closedBefore);
    compare("with servers open", open[0], open[1], false);
    compare("with all closed", closedBefore, closedAfter, true);
    over = true;
    watch.join();
    tell();
    return tally.failures() + growth.size();
  }

  /** Looks until threads and memory of what was closed have gone, or for long enough. */
  private static Resources afterClosing(Resources before) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Resources now = Resources.now();
    while ((now.threads() > before.threads() || now.buffers() > before.buffers())
        && System.nanoTime() < end) {
      now = Resources.now();
    }
    if (now.threads() > before.threads()) {
      System.out.println("threads that are left: " + Resources.threadNames());
    }
    return now;
  }

  // Methods of their own, for a variable of the caller would keep what it refers to alive.

  private void warmUp(Netem netem) throws Exception {
    try (Places places = new Places(netem)) {
      cold = places.all.size();
      places.round();
    }
  }

  /** Runs for the chosen time; returns what there was before and after, with all servers open. */
  private Resources[] rounds(Netem netem) throws Exception {
    try (Places places = new Places(netem)) {
      places.round();
      settle(-1);
      Resources before = Resources.now();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      do {
        places.round();
      } while (System.nanoTime() < end);
      settle(before.descriptors());
      return new Resources[] {before, Resources.now()};
    }
  }

  /** All places there are. */
  private final class Places implements AutoCloseable {
    private final List<Place> all = new ArrayList<>();

    Places(Netem netem) throws IOException {
      all.add(new MemoryPlace());
      all.add(new SocketPlace(null));
      if (netem != null) {
        all.add(new SocketPlace(netem));
      }
    }

    /** One round in each place. */
    void round() throws Exception {
      for (Place place : all) {
        Soak.this.round(place);
      }
    }

    @Override
    public void close() {
      all.forEach(Place::close);
    }
  }

  private void round(Place place) throws Exception {
    lateness.set(0);
    watched = place.executors();
    long begin = System.nanoTime();
    List<Setup> setups = Setup.ALL;
    List<Talk> round = new ArrayList<>();
    String name = place.disturb(random);
    for (int i = 0; i < CONNECTIONS; i++) {
      Talk talk =
          new Talk(
              talks++,
              random.nextLong(),
              setups.get(i % setups.size()),
              place.fault(random),
              place.silences(),
              tally);
      round.add(talk);
      place.open(talk);
      Thread.sleep(random.nextInt(20));
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    for (Talk talk : round) {
      talk.awaitEnd(deadline);
    }
    // The first rounds load and compile all there is, with deadlines running.
    boolean late = rounds < cold || lateness.get() > LATE_MILLIS;
    watched = List.of();
    for (Talk talk : round) {
      talk.judge(late);
    }
    place.calm();
    rounds++;
    System.out.println(
        String.format(
            Locale.ROOT,
            "%4d  %4.1f s  %,d connections, %,d messages, %,d MB; %s; %d descriptors, %d threads;"
                + " %d failures  (%s%s)",
            rounds,
            (System.nanoTime() - begin) / 1e9,
            tally.connections.get(),
            tally.messages.get(),
            tally.bytes.get() >> 20,
            tally.faults(),
            Resources.openDescriptors(),
            Resources.threadNames().size(),
            tally.failures(),
            name,
            late ? ", late by " + lateness + " ms" : ""));
  }

  /** Lets go what still goes: openings that have not timed out, sockets that drain. */
  private static void settle(long descriptors) throws InterruptedException {
    long last = -1;
    long since = System.nanoTime();
    for (int i = 0; i < SETTLING_SECONDS * 10; i++) {
      long now = Resources.openDescriptors();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
      boolean steady = System.nanoTime() - since > TimeUnit.SECONDS.toNanos(12);
      if (descriptors >= 0 ? now <= descriptors : steady) {
        return;
      }
      Thread.sleep(100);
    }
  }

  /** Notices when this machine has no time for us. */
  private void watch() {
    while (!over) {
      long begin = System.nanoTime();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        return;
      }
      late(begin + 50_000_000);
      for (StreamExecutor executor : watched) {
        long posted = System.nanoTime();
        try {
          executor.execute(() -> late(posted));
        } catch (RejectedExecutionException e) {
          // It has been closed since.
        }
      }
    }
  }

  private void late(long dueNanos) {
    lateness.accumulateAndGet((System.nanoTime() - dueNanos) / 1_000_000, Math::max);
  }

  private void compare(String when, Resources before, Resources after, boolean closed) {
    row(when + ": descriptors", before.descriptors(), after.descriptors(), 0);
    row(when + ": threads", before.threads(), after.threads(), 0);
    if (closed) {
      row(when + ": direct buffers", before.buffers(), after.buffers(), 0);
      row(when + ": their bytes", before.bufferBytes(), after.bufferBytes(), 0);
      row(when + ": heap", before.heap(), after.heap(), HEAP_TOLERANCE);
      // In the first minutes the JVM still loads and compiles what it has not met before.
      long tolerance = seconds < 60 ? Long.MAX_VALUE : RESIDENT_TOLERANCE;
      row(when + ": resident memory", before.resident(), after.resident(), tolerance);
    }
  }

  private void row(String what, long before, long after, long tolerance) {
    boolean grew = after - before > tolerance;
    if (grew) {
      growth.add(what);
    }
    table.append(
        String.format(
            Locale.ROOT,
            "%-36s %,14d %,14d %+,14d  %s%n",
            what,
            before,
            after,
            after - before,
            grew
                ? "GREW"
                : tolerance == Long.MAX_VALUE
                    ? "not judged in so short a time"
                    : tolerance > 0 ? "within " + (tolerance >> 20) + " MiB" : ""));
  }

  private void tell() {
    System.out.println();
    System.out.printf(
        Locale.ROOT,
        "%,d rounds, %,d connections opened, %,d refused, %,d messages, %,d bytes, %,d operations%n",
        rounds,
        tally.connections.get(),
        tally.refused.get(),
        tally.messages.get(),
        tally.bytes.get(),
        tally.operations.get());
    System.out.printf(
        Locale.ROOT,
        "%,d sides ended in order; %,d late ends excused, for the machine was late itself%n",
        tally.orderly.get(),
        tally.excused.get());
    System.out.println("faults: " + tally.faults());
    System.out.println();
    for (Tally.Wrong kind : Tally.Wrong.values()) {
      System.out.printf(
          Locale.ROOT,
          "%-36s %,14d%n",
          kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          tally.wrong(kind));
    }
    System.out.println();
    System.out.printf("%-36s %14s %14s %14s%n", "", "before", "after", "growth");
    System.out.print(table);
    System.out.println();
    System.out.println(
        tally.failures() + growth.size() == 0
            ? "all counts are zero"
            : "NOT ZERO, repeat with --seed "
                + seed
                + (growth.isEmpty() ? "" : "; grew: " + growth));
  }
}
