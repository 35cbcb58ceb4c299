// SPDX-License-Identifier: Apache-2.0

/**
 * What the load generator and the floors read from and write to: a socket, or the least TLS over
 * one.
 */
@NullMarked
package io.plywire.bench.echo.wire;

import org.jspecify.annotations.NullMarked;
