// SPDX-License-Identifier: Apache-2.0

/**
 * The load generator: a process with one thread that keeps messages under way on many connections,
 * checks what comes back, and reads the processor time of the server's process. It is no WebSocket
 * library, so that it weighs little.
 */
@NullMarked
package io.plywire.bench.echo.load;

import org.jspecify.annotations.NullMarked;
