// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;

/**
 * One measurement.
 *
 * @param server its name
 * @param jdk the feature version of the JDK it ran on
 * @param cell the traffic
 * @param round counted from 1
 * @param result what was measured
 */
public record Sample(String server, int jdk, Cell cell, int round, LoadResult result) {}
