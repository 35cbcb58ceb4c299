// SPDX-License-Identifier: Apache-2.0

/**
 * A transport without a network: connected pairs of streams in memory, with a bounded window, a
 * manual executor, a virtual clock and fault injection.
 *
 * <p>It keeps the whole contract of the next layer, and lets a test decide when time passes, when
 * bytes move and what fails.
 */
@NullMarked
package io.plywire.inmemory;

import org.jspecify.annotations.NullMarked;
