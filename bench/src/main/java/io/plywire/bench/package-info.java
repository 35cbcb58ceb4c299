// SPDX-License-Identifier: Apache-2.0

/**
 * Benchmarks of the pieces between a socket and a handler, run by JMH. Each is a {@link
 * io.plywire.bench.Comparison} with a floor, the least that has to be done for the same result;
 * {@link io.plywire.bench.IdleEngineBenchmark} measures memory. A new one extends {@code
 * Comparison} and says in its first sentence what it asks.
 *
 * <p>Whole servers over sockets are the matter of {@link io.plywire.bench.echo}.
 */
@NullMarked
package io.plywire.bench;

import org.jspecify.annotations.NullMarked;
