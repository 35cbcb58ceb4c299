// SPDX-License-Identifier: Apache-2.0

/**
 * Echo runs over sockets: what a message costs a server, end to end, beside floors and other
 * servers. {@link io.plywire.bench.echo.EchoCommand} reads the options, {@code EchoRun} starts a
 * server and has the load generator talk to it, again and again, and the report compares.
 */
@NullMarked
package io.plywire.bench.echo;

import org.jspecify.annotations.NullMarked;
