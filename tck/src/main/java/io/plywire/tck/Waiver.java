// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.net.URI;
import java.util.Objects;

/**
 * Says openly that a stream does not keep a rule. It stands in every report. A waiver for a rule
 * that is kept is stale, and fails the run as a violation would.
 *
 * @param rule the number of the rule, such as {@code N6.1}
 * @param reason why it is not kept
 * @param link where that is explained or worked on
 */
public record Waiver(String rule, String reason, URI link) {
  /** Checks that there is such a rule and that reason and link say something. */
  public Waiver {
    Rule.of(rule);
    if (reason.isBlank()) {
      throw new IllegalArgumentException("the waiver of " + rule + " has no reason");
    }
    Objects.requireNonNull(link, "link");
  }
}
