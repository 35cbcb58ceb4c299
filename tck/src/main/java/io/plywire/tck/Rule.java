// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.util.List;
import java.util.Map;

/**
 * A rule of the contract, as {@code SPEC.md} has it: the specification is what this is read from.
 *
 * @param id the number, such as {@code N1.4}; what stands before the dot is quoted by the Javadoc
 *     of the API
 * @param force whether it must be kept
 * @param statement the rule in a sentence
 * @param intent what it is good for
 * @param verified how the kit looks for violations
 * @param causes what is wrong, most often, where it is violated
 */
public record Rule(
    String id, Force force, String statement, String intent, String verified, String causes) {

  /** Whether a rule must be kept. */
  public enum Force {
    /** A stream that violates it is broken. */
    MUST,
    /** A stream that violates it works, and is worse for it. */
    SHOULD
  }

  /** Returns the part of the contract the rule belongs to: {@code N1} for {@code N1.4}. */
  public String group() {
    return id.substring(0, id.indexOf('.'));
  }

  /** Returns all rules in the order of the specification. */
  public static List<Rule> all() {
    return List.copyOf(Specification.RULES.values());
  }

  /** Returns the heading of each {@linkplain #group() group}, in the order of the specification. */
  public static Map<String, String> groups() {
    return Specification.groups();
  }

  /**
   * Returns the rule of a number.
   *
   * @param id such as {@code N1.4}
   * @throws IllegalArgumentException if there is none
   */
  public static Rule of(String id) {
    Rule rule = Specification.RULES.get(id);
    if (rule == null) {
      throw new IllegalArgumentException(
          "there is no rule '" + id + "'; the numbers are " + Specification.RULES.keySet());
    }
    return rule;
  }

  @Override
  public String toString() {
    return id + " " + force + ": " + statement;
  }
}
