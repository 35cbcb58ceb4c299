// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * What happened, in order. Keeps the beginning and the end when there is too much of it, and makes
 * text only when somebody wants to read it.
 */
public final class Trace {
  private static final int FIRST = 40;
  private static final int LAST = 120;

  /** Arguments are values, texts and throwables, so that nothing under test is kept alive. */
  private record Event(
      long nanos, String thread, String who, String format, List<Object> arguments) {}

  private final long start = System.nanoTime();
  private final List<Event> first = new ArrayList<>();
  private final Deque<Event> last = new ArrayDeque<>();
  private long dropped;

  public synchronized void add(String who, String format, Object... arguments) {
    Event event =
        new Event(
            System.nanoTime() - start,
            Thread.currentThread().getName(),
            who,
            format,
            Arrays.asList(arguments));
    if (first.size() < FIRST) {
      first.add(event);
      return;
    }
    last.add(event);
    if (last.size() > LAST) {
      last.remove();
      dropped++;
    }
  }

  public synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    first.forEach(event -> lines.add(line(event)));
    if (dropped > 0) {
      lines.add("… " + dropped + " events left out …");
    }
    last.forEach(event -> lines.add(line(event)));
    return lines;
  }

  /** Returns the last events of one side as a clause, or nothing if there are none. */
  synchronized String lastOf(String who, int most) {
    List<Event> all = new ArrayList<>(first);
    all.addAll(last);
    List<String> said =
        all.stream().filter(event -> event.who.equals(who)).map(Trace::what).toList();
    return said.isEmpty()
        ? ""
        : "; the "
            + who
            + "'s last: "
            + String.join(", then ", said.subList(Math.max(0, said.size() - most), said.size()));
  }

  private static String what(Event event) {
    return String.format(Locale.ROOT, event.format, event.arguments.toArray());
  }

  private static String line(Event event) {
    return String.format(
        Locale.ROOT,
        "%9.3f ms  %-6s  %s  [%s]",
        event.nanos / 1e6,
        event.who,
        what(event),
        event.thread);
  }
}
