// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import java.util.Arrays;
import java.util.Collection;

/**
 * The middle and the ends of some values.
 *
 * @param min the least
 * @param median the one in the middle, or the mean of the two there
 * @param max the greatest
 */
public record Spread(double min, double median, double max) {
  /**
   * Looks at values.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values have no median");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(sorted[0], median, sorted[sorted.length - 1]);
  }
}
