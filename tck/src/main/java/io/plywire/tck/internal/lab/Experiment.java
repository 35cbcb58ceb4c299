// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.spi.Trait;
import io.plywire.tck.Check;
import io.plywire.tck.Rule;
import java.util.EnumSet;
import java.util.Set;

/**
 * A check with its body.
 *
 * @param check what it is about
 * @param needs the traits without which it says nothing
 * @param body does it; ends normally if nothing is wrong
 */
public record Experiment(Check check, Set<Trait> needs, Body body) {
  /** What a check does. */
  @FunctionalInterface
  public interface Body {
    /** Throws a {@link Violation} or {@link Untested}; anything else violates the check's rule. */
    void run(Scene scene) throws Exception;
  }

  public static Experiment check(String rule, String name, Body body, Trait... needs) {
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    traits.addAll(Set.of(needs));
    return new Experiment(new Check(Rule.of(rule), name), traits, body);
  }
}
