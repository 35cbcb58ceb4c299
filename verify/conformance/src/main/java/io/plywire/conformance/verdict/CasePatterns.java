// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** A choice of cases as the suite understands it, such as {@code 1.*,9.1.1}. */
public final class CasePatterns {
  private static final Pattern FORM = Pattern.compile("[0-9.*]+");

  private final List<String> patterns;

  private CasePatterns(List<String> patterns) {
    this.patterns = patterns;
  }

  /**
   * Returns the choice of a text.
   *
   * @param text patterns with commas or spaces between them; a star stands for anything
   * @throws IllegalArgumentException if there is none, or a part is no pattern
   */
  public static CasePatterns of(String text) {
    List<String> patterns =
        Arrays.stream(text.split("[,\\s]+")).filter(part -> !part.isEmpty()).toList();
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' chooses no case; try 1.*,9.1.1");
    }
    for (String pattern : patterns) {
      if (!FORM.matcher(pattern).matches()) {
        throw new IllegalArgumentException("'" + pattern + "' is no case; try 1.*,9.1.1");
      }
    }
    return new CasePatterns(patterns);
  }

  /** Returns whether a case is chosen. */
  public boolean chooses(CaseId id) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, id));
  }

  /**
   * Checks that every pattern chooses something.
   *
   * @param known all cases there are
   * @throws IllegalArgumentException if one does not
   */
  public void requireKnown(Collection<CaseId> known) {
    for (String pattern : patterns) {
      if (known.stream().noneMatch(id -> matches(pattern, id))) {
        throw new IllegalArgumentException("'" + pattern + "' is no case of the suite");
      }
    }
  }

  private static boolean matches(String pattern, CaseId id) {
    String expression = pattern.replace(".", "\\.").replace("*", ".*");
    return Pattern.matches(expression, id.toString());
  }

  /** Returns the patterns with commas between them. */
  @Override
  public String toString() {
    return String.join(",", patterns);
  }
}
