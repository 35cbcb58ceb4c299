// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;

/**
 * What the load generator shall do.
 *
 * @param port of the server, on 127.0.0.1
 * @param pid the server's process
 * @param cell the traffic
 * @param tls whether to speak TLS
 * @param unmasked whether the server unmasks what it sends back
 * @param warmUpSeconds how long to warm up at least
 * @param warmUpMessages how many messages to warm up with at least, within four times that time
 * @param seconds how long to measure
 */
public record LoadJob(
    int port,
    long pid,
    Cell cell,
    boolean tls,
    boolean unmasked,
    double warmUpSeconds,
    long warmUpMessages,
    double seconds) {}
