// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The number of a case, such as {@code 6.4.1}, ordered as numbers are.
 *
 * @param numbers its parts
 */
public record CaseId(List<Integer> numbers) implements Comparable<CaseId> {
  private static final Pattern FORM = Pattern.compile("\\d{1,4}(\\.\\d{1,4})+");

  /** Keeps a copy. */
  public CaseId {
    numbers = List.copyOf(numbers);
  }

  /**
   * Returns the case of a text.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static CaseId of(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no case; one is 6.4.1");
    }
    return new CaseId(Arrays.stream(text.split("\\.")).map(Integer::valueOf).toList());
  }

  @Override
  public int compareTo(CaseId other) {
    return Arrays.compare(numbers.toArray(Integer[]::new), other.numbers.toArray(Integer[]::new));
  }

  @Override
  public String toString() {
    return String.join(".", numbers.stream().map(String::valueOf).toList());
  }
}
