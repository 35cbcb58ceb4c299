// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches event loops from outside, and tells of one whose turn does not end: what runs there waits
 * for something, or computes for long, and every connection of the loop waits for it.
 *
 * <p>Costs the loops nothing: a loop counts its turns anyway. Each stall is told once, with the
 * stack of the thread.
 */
public final class LoopWatch {
  private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);

  private static final int LOOKS_PER_LIMIT = 4;

  private final Consumer<String> report;
  private final List<SelectorLoop> loops;
  private final long limitNanos;
  private final int[] turns; // as seen last
  private final long[] since; // when that turn was seen first
  private final boolean[] told;

  LoopWatch(List<SelectorLoop> loops, Duration limit, long now, Consumer<String> report) {
    this.report = report;
    this.loops = loops;
    this.limitNanos = limit.toNanos();
    this.turns = new int[loops.size()];
    this.since = new long[loops.size()];
    this.told = new boolean[loops.size()];
    for (int i = 0; i < loops.size(); i++) {
      turns[i] = loops.get(i).turn();
      since[i] = now;
    }
  }

  /**
   * Watches loops on a daemon thread.
   *
   * @param name of the thread
   * @param limit how long a turn may take; a stall is told when it has lasted for up to a quarter
   *     more
   * @param goOn asked before each look
   */
  public static void start(
      String name, List<SelectorLoop> loops, Duration limit, BooleanSupplier goOn) {
    LoopWatch watch = new LoopWatch(loops, limit, System.nanoTime(), log::warn);
    Runnable body =
        () -> {
          while (goOn.getAsBoolean()) {
            try {
              TimeUnit.NANOSECONDS.sleep(Math.max(1, watch.limitNanos / LOOKS_PER_LIMIT));
            } catch (InterruptedException e) {
              return;
            }
            watch.look(System.nanoTime());
          }
        };
    SelectorLoop.daemon(name, body).start();
  }

  /** Looks at every loop, and tells of those that have not moved for too long. */
  void look(long now) {
    for (int i = 0; i < turns.length; i++) {
      SelectorLoop loop = loops.get(i);
      int turn = loop.turn();
      if (turn != turns[i] || loop.isWaiting()) {
        turns[i] = turn;
        since[i] = now;
        told[i] = false;
      } else if (!told[i] && now - since[i] >= limitNanos) {
        told[i] = true;
        tell(loop, now - since[i]);
      }
    }
  }

  private void tell(SelectorLoop loop, long nanos) {
    StackTraceElement[] stack = loop.stack();
    if (stack.length == 0) {
      return; // it has ended
    }
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : stack) {
      text.append("\n\tat ").append(frame);
    }
    report.accept(
        "The event loop "
            + loop
            + " has been busy with one turn for "
            + TimeUnit.NANOSECONDS.toMillis(nanos)
            + " ms; all of its connections wait for this:"
            + text);
  }
}
