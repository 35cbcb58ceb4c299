// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;

/**
 * Messages that the load generator shall have echoed.
 *
 * @param port of the server, on 127.0.0.1
 * @param pid the server's process
 * @param cell the traffic
 * @param tls whether to speak TLS
 * @param unmasked whether the server unmasks what it sends back
 */
public record LoadJob(int port, long pid, Cell cell, boolean tls, boolean unmasked) {}
