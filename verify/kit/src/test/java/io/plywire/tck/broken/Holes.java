// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a rule is not looked at under a condition; each reason has a letter in the table. */
final class Holes {
  /**
   * A reason.
   *
   * @param places where it holds, with spaces between: a rule or a group of them if it was not
   *     looked at under any condition, and with a slash a condition or a dimension
   */
  record Reason(char letter, String text, String places) {}

  static final List<Reason> REASONS =
      List.of(
          new Reason(
              'a',
              "No operation of a stream takes part in the rule.",
              "A10.1 A10.2 A10.3 A10.4 A10.5 N10 P1 P2.2 P2.3 P2.4 P2.5 P2.8 P3.6 P3.7 S1.2 S2.3 S3.2 S3.5"),
          new Reason(
              'b',
              "The operations are made on the bare stream: whoever watched them would keep alive what "
                  + "must become garbage, or stand between the styles.",
              "N2.5 N12.3 A6.1/WINDOW A6.1/BUFFER A6.1/ORDER A6.1/PLACE A6.1/END A6.1/STREAMS"),
          new Reason(
              'c',
              "The rule is not about bytes, so the kind of buffer plays no part.",
              "A7/BUFFER A8/BUFFER A9/BUFFER A10/BUFFER N3/BUFFER N4/BUFFER N5/BUFFER N7/BUFFER "
                  + "N8/BUFFER N9/BUFFER N12/BUFFER P2/BUFFER P3/BUFFER S1/BUFFER S2/BUFFER S3/BUFFER "
                  + "C1/BUFFER A3.3/BUFFER P1.6/BUFFER"),
          new Reason('d', "Nobody can read into a read-only buffer.", "N1/READ_ONLY"),
          new Reason(
              'e',
              "The rule is about operations that wait, or about such as need not.",
              "A9/WINDOW N3/WINDOW N4/WINDOW N7/WINDOW N8/WINDOW N9/WINDOW P2/WINDOW P3/WINDOW "
                  + "S1/WINDOW S2/WINDOW S3/WINDOW C1/WINDOW A3.2/WINDOW N12/WINDOW"),
          new Reason(
              'f',
              "The rule is about streams that live, or names the ends it is about.",
              "A1.2/END A3/END A4/END A7/END A8/END A9/END A10/END N1/END N2/END N3/END N4/END N5/END "
                  + "N6/END N7/END N8/END N9/END N11/END N12/END P2/END P3/END S1/END S2/END S3/END C1/END "
                  + "P1.6/END"),
          new Reason(
              'g',
              "The rule is about one operation, and is looked at where that is the first, or alone; in "
                  + "other orders the rules that are watched in every operation stand for it.",
              "A7/ORDER A8/ORDER A9/ORDER A10/ORDER N1/ORDER N2/ORDER N3/ORDER N4/ORDER N5/ORDER "
                  + "N6/ORDER N7/ORDER N8/ORDER N9/ORDER N11/ORDER N12/ORDER P2/ORDER P3/ORDER S1/ORDER "
                  + "S2/ORDER S3/ORDER C1/ORDER A3.3/ORDER P1.6/ORDER"),
          new Reason(
              'h',
              "The rule does not depend on where the operation was initiated, or names that itself; "
                  + "A1.2, A3.1, A3.2, A4.1 and N9.1 are watched from every place.",
              "A1.2/PLACE A3/PLACE A4/PLACE A7/PLACE A8/PLACE A9/PLACE A10/PLACE N2/PLACE N3/PLACE "
                  + "N4/PLACE N5/PLACE N7/PLACE N8/PLACE N6.4/PLACE N9/PLACE N11/PLACE N12/PLACE P2/PLACE "
                  + "P3/PLACE S1/PLACE S2/PLACE S3/PLACE C1/PLACE P1.6/PLACE"),
          new Reason(
              'i',
              "How many streams an executor has plays no part in the rule, or is up to the layer below.",
              "N3/STREAMS N4/STREAMS N6.4/STREAMS N7/STREAMS P2/STREAMS P3/STREAMS S1/STREAMS "
                  + "S2/STREAMS S3/STREAMS C1/STREAMS P1.6/STREAMS"),
          new Reason(
              'j',
              "An empty write has no content; a write that waits is looked at with all other kinds.",
              "N2.6/BUFFER N2.7/BUFFER"),
          new Reason(
              'k',
              "What waits is looked at with buffers of the other kinds; the window does not know them.",
              "N6/BUFFER N11/BUFFER"));

  private static final Map<String, Character> BY_PLACE = new HashMap<>();

  static {
    for (Reason reason : REASONS) {
      for (String place : reason.places().split(" ")) {
        BY_PLACE.put(place, reason.letter());
      }
    }
  }

  private Holes() {}

  /** Returns the letter of the reason, or null if there is none: then the hole is a defect. */
  static @Nullable Character letter(Rule rule, Condition condition, Set<Condition> met) {
    for (String what : List.of(rule.id(), rule.group())) {
      Character whole = met.isEmpty() ? BY_PLACE.get(what) : null;
      Character one = BY_PLACE.get(what + "/" + condition);
      Character some = BY_PLACE.get(what + "/" + condition.dimension());
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
