// SPDX-License-Identifier: Apache-2.0

/** What was measured, and how it is told: medians, spread, and ratios within a round. */
@NullMarked
package io.plywire.bench.echo.report;

import org.jspecify.annotations.NullMarked;
