// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what happened and what went wrong. Any thread may count. */
final class Tally {
  /** What may never happen. */
  enum Wrong {
    /** A message or a part of one that was not sent so. */
    WRONG_BYTES,
    /** An outcome that is not what happened. */
    UNTRUTHFUL,
    /** A handler that ran twice, or inside the call that has it. */
    NOT_ONCE,
    /** An operation or a connection without an end. */
    HUNG,
    /** An exception where none belongs. */
    THROWN
  }

  private static final int TOLD = 40;

  final AtomicLong connections = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  final AtomicLong messages = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();
  final AtomicLong operations = new AtomicLong();
  final AtomicLong orderly = new AtomicLong();

  /** Connections that a deadline ended while this machine was late, which proves nothing. */
  final AtomicLong excused = new AtomicLong();

  private final Map<Fault, AtomicLong> faults = new EnumMap<>(Fault.class);
  private final Map<Wrong, AtomicLong> wrong = new EnumMap<>(Wrong.class);
  private final AtomicLong told = new AtomicLong();

  Tally() {
    for (Fault fault : Fault.values()) {
      faults.put(fault, new AtomicLong());
    }
    for (Wrong kind : Wrong.values()) {
      wrong.put(kind, new AtomicLong());
    }
  }

  void fault(Fault fault) {
    faults.get(fault).incrementAndGet();
  }

  void wrong(Wrong kind, Object where, String what) {
    wrong.get(kind).incrementAndGet();
    if (told.incrementAndGet() <= TOLD) {
      System.out.println("  " + kind + ": " + what + "; " + where);
    }
  }

  long wrong(Wrong kind) {
    return wrong.get(kind).get();
  }

  long failures() {
    return wrong.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /** Returns the faults so far, those that took effect. */
  String faults() {
    StringBuilder text = new StringBuilder();
    faults.forEach(
        (fault, count) -> {
          if (count.get() > 0 && fault != Fault.NONE) {
            text.append(text.isEmpty() ? "" : ", ");
            text.append(fault.name().toLowerCase(Locale.ROOT)).append(' ').append(count);
          }
        });
    return text.toString();
  }
}
