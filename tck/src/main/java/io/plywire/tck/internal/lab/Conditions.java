// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Under which conditions which rules were looked at; noted by every operation that is watched. */
public final class Conditions {
  private final Map<Rule, AtomicInteger> met = new ConcurrentHashMap<>();

  /** Adds conditions to a set of them, which is an int since every operation has one. */
  static int with(int some, Condition... more) {
    int all = some;
    for (Condition each : more) {
      all |= bit(each);
    }
    return all;
  }

  @SuppressWarnings("EnumOrdinal") // for the length of a run, and nobody else sees it
  private static int bit(Condition condition) {
    return 1 << condition.ordinal();
  }

  /** Notes that a rule was looked at under conditions. */
  void note(Rule rule, int conditions) {
    AtomicInteger known = met.computeIfAbsent(rule, r -> new AtomicInteger());
    if ((conditions & ~known.get()) != 0) {
      known.accumulateAndGet(conditions, (a, b) -> a | b);
    }
  }

  /** Returns the conditions of each rule that was looked at. */
  public Map<String, Set<Condition>> byRule() {
    Map<String, Set<Condition>> all = new TreeMap<>();
    met.forEach(
        (rule, conditions) -> {
          Set<Condition> set = EnumSet.noneOf(Condition.class);
          for (Condition each : Condition.values()) {
            if ((conditions.get() & bit(each)) != 0) {
              set.add(each);
            }
          }
          all.put(rule.id(), set);
        });
    return all;
  }
}
