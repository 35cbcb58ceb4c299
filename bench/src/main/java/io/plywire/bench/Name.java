// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a benchmark is called.
 *
 * @param type the simple name of its class
 * @param method what it measures
 * @param parameters with their values, such as {@code size=16 masked=true}; may be empty
 */
record Name(String type, String method, String parameters) {
  static Name of(BenchmarkParams params) {
    String[] path = params.getBenchmark().split("\\.", -1);
    String parameters =
        params.getParamsKeys().stream()
            .map(key -> key + "=" + params.getParam(key))
            .collect(Collectors.joining(" "));
    return new Name(path[path.length - 2], path[path.length - 1], parameters);
  }

  @Override
  public String toString() {
    return (type + "." + method + " " + parameters).strip();
  }
}
