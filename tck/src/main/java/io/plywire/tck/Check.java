// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.util.Locale;

/**
 * One way of looking for violations of a rule. While it runs, all other rules of operations are
 * watched as well, and what is found is charged to the rule that was violated.
 *
 * @param rule the rule it is about
 * @param name says what happens in it, in the form of a method name
 */
public record Check(Rule rule, String name) {
  /** Returns {@code required_n1_4_randomSizesBothWaysAtOnce} or {@code optional_…}. */
  public String testName() {
    return (rule.force() == Rule.Force.MUST ? "required_" : "optional_")
        + rule.id().toLowerCase(Locale.ROOT).replace('.', '_')
        + "_"
        + name;
  }

  @Override
  public String toString() {
    return rule.id() + " " + name;
  }
}
