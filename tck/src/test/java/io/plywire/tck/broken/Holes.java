// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.tck.Condition;
import io.plywire.tck.Condition.Dimension;
import io.plywire.tck.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a rule is not looked at under a condition; each reason has a letter in the table. */
final class Holes {
  static final Map<Character, String> REASONS = new LinkedHashMap<>();

  private static final Map<String, Character> BY_PLACE = new LinkedHashMap<>();

  static {
    reason('a', "No operation of a stream takes part in the rule.", "A10.1", "A10.2", "A10.3");
    reason('a', "A10.4", "A10.5", "N10", "P1", "P2.2", "P2.3", "P2.4", "P2.5", "P3.6", "P3.7");
    reason('a', "S1.2", "S2.3", "S3.2", "S3.5");
    reason(
        'b',
        "The operations are made on the bare stream: whoever watched them would keep alive what must become garbage, or"
            + " stand between the styles.",
        "A6.1",
        "N2.5",
        "N12.3");
    reason(
        'c',
        "The rule is not about bytes, so the kind of buffer plays no part.",
        "A7/BUFFER",
        "A8/BUFFER",
        "A9/BUFFER",
        "A10/BUFFER",
        "N3/BUFFER",
        "N4/BUFFER");
    reason('c', "N5/BUFFER", "N7/BUFFER", "N8/BUFFER", "N9/BUFFER", "N12/BUFFER", "P2/BUFFER");
    reason('c', "P3/BUFFER", "S1/BUFFER", "S2/BUFFER", "S3/BUFFER", "C1/BUFFER", "A3.3/BUFFER");
    reason('d', "Nobody can read into a read-only buffer.", "N1/READ_ONLY");
    reason(
        'e',
        "The rule is about operations that wait, or about such as need not.",
        "A9/WINDOW",
        "N3/WINDOW",
        "N4/WINDOW",
        "N7/WINDOW",
        "N8/WINDOW",
        "N9/WINDOW");
    reason(
        'e',
        "P2/WINDOW",
        "P3/WINDOW",
        "S1/WINDOW",
        "S2/WINDOW",
        "S3/WINDOW",
        "C1/WINDOW",
        "A3.2/WINDOW",
        "N12/WINDOW");
    reason(
        'f',
        "The rule is about streams that live, or names the ends it is about.",
        "A1.2/END",
        "A3/END",
        "A4/END",
        "A7/END",
        "A8/END",
        "A9/END",
        "A10/END",
        "N1/END",
        "N2/END");
    reason('f', "N3/END", "N4/END", "N5/END", "N6/END", "N7/END", "N8/END", "N9/END", "N11/END");
    reason('f', "N12/END", "P2/END", "P3/END", "S1/END", "S2/END", "S3/END", "C1/END");
    reason(
        'g',
        "The rule is about one operation, and is looked at where that is the first, or alone; in other orders the rules"
            + " that are watched in every operation stand for it.",
        "A7/ORDER",
        "A8/ORDER",
        "A9/ORDER",
        "A10/ORDER",
        "N1/ORDER",
        "N2/ORDER",
        "N3/ORDER");
    reason('g', "N4/ORDER", "N5/ORDER", "N6/ORDER", "N7/ORDER", "N8/ORDER", "N9/ORDER");
    reason('g', "N11/ORDER", "N12/ORDER", "P2/ORDER", "P3/ORDER", "S1/ORDER", "S2/ORDER");
    reason('g', "S3/ORDER", "C1/ORDER", "A3.3/ORDER");
    reason(
        'h',
        "The rule does not depend on where the operation was initiated, or names that itself; A1.2, A3.1, A3.2, A4.1 and"
            + " N9.1 are watched from every place.",
        "A1.2/PLACE",
        "A3/PLACE",
        "A4/PLACE",
        "A7/PLACE",
        "A8/PLACE",
        "A9/PLACE",
        "A10/PLACE");
    reason('h', "N2/PLACE", "N3/PLACE", "N4/PLACE", "N5/PLACE", "N7/PLACE", "N8/PLACE");
    reason(
        'h',
        "N6.4/PLACE",
        "N9/PLACE",
        "N11/PLACE",
        "N12/PLACE",
        "P2/PLACE",
        "P3/PLACE",
        "S1/PLACE");
    reason('h', "S2/PLACE", "S3/PLACE", "C1/PLACE");
    reason(
        'i',
        "How many streams an executor has plays no part in the rule, or is up to the layer below.",
        "N3/STREAMS",
        "N4/STREAMS",
        "N6.4/STREAMS",
        "N7/STREAMS",
        "P2/STREAMS",
        "P3/STREAMS",
        "S1/STREAMS",
        "S2/STREAMS");
    reason('i', "S3/STREAMS", "C1/STREAMS");
    reason(
        'j',
        "An empty write has no content; a write that waits is looked at with all other kinds.",
        "N2.6/BUFFER",
        "N2.7/BUFFER");
    reason(
        'k',
        "What waits is looked at with buffers of the other kinds; the window does not know them.",
        "N6/BUFFER",
        "N11/BUFFER");
    reason('c', "P1.6/BUFFER");
    reason('f', "P1.6/END");
    reason('g', "P1.6/ORDER");
    reason('h', "P1.6/PLACE");
    reason('i', "P1.6/STREAMS");
  }

  private Holes() {}

  private static void reason(char letter, String first, String... rest) {
    if (first.contains(" ")) {
      REASONS.put(letter, first);
    } else {
      BY_PLACE.put(first, letter);
    }
    for (String place : rest) {
      BY_PLACE.put(place, letter);
    }
  }

  /** Returns the letter of the reason, or null if there is none: then the hole is a defect. */
  static @Nullable Character letter(Rule rule, Condition condition, Set<Condition> met) {
    Dimension dimension = condition.dimension();
    for (String what : List.of(rule.id(), rule.group())) {
      Character whole = met.isEmpty() ? BY_PLACE.get(what) : null;
      Character one = BY_PLACE.get(what + "/" + condition);
      Character some = BY_PLACE.get(what + "/" + dimension);
      if (whole != null) {
        return whole;
      }
      if (one != null) {
        return one;
      }
      if (some != null) {
        return some;
      }
    }
    return null;
  }
}
