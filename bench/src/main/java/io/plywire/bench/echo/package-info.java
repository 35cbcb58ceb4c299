// SPDX-License-Identifier: Apache-2.0

/**
 * Whole servers over sockets: what a message, an idle connection, or one that comes and goes costs
 * a server, beside floors and other servers. {@link io.plywire.bench.echo.EchoCommand} reads the
 * options, {@code Run} starts servers and goes round them with the load generator, and {@code
 * Report} compares. How to add a server says {@link io.plywire.bench.echo.server}.
 */
@NullMarked
package io.plywire.bench.echo;

import org.jspecify.annotations.NullMarked;
