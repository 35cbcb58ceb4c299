// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Rule;
import org.jspecify.annotations.Nullable;

/** A rule was violated. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final transient Rule rule;

  public Violation(Rule rule, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }
}
