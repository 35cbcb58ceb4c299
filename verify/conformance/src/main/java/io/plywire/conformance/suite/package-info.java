// SPDX-License-Identifier: Apache-2.0

/**
 * The suite as a child process: where its jars are, how it is started, and what it tells while it
 * runs. Knows nothing of plywire's stream, nor what a verdict is worth.
 */
@NullMarked
package io.plywire.conformance.suite;

import org.jspecify.annotations.NullMarked;
