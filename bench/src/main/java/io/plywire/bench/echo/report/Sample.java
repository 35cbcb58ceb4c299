// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;

/**
 * One measurement.
 *
 * @param row what was measured
 * @param cell the traffic
 * @param round counted from 1
 * @param result what came out
 */
public record Sample(Row row, Cell cell, int round, LoadResult result) {}
