// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * Which connections the load generator shall open and close again.
 *
 * @param port of the server, on 127.0.0.1
 * @param pid the server's process
 * @param atOnce how many are under way at any time
 * @param tls whether to speak TLS
 */
public record AcceptJob(int port, long pid, int atOnce, boolean tls) {}
