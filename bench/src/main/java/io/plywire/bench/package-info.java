// SPDX-License-Identifier: Apache-2.0

/**
 * Benchmarks of the pieces between a socket and a handler, each beside a floor, which is the least
 * that has to be done for the same result, and beside other implementations where they can be
 * called alone.
 *
 * <p>In every class the method {@code floor} is what the others are measured against. Whole servers
 * over sockets are the matter of {@link io.plywire.bench.echo}.
 */
@NullMarked
package io.plywire.bench;

import org.jspecify.annotations.NullMarked;
