// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.load.LoadResult;

/**
 * What connections cost that a server accepted, upgraded and closed.
 *
 * @param row the server
 * @param round counted from 1
 * @param result what came out
 */
public record AcceptSample(Row row, int round, LoadResult result) {}
