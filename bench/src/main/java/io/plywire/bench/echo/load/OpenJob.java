// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * Which connections the load generator shall open and then leave alone.
 *
 * @param port of the server, on 127.0.0.1
 * @param connections how many
 * @param tls whether to speak TLS
 * @param unmasked whether the server unmasks what it sends back
 */
public record OpenJob(int port, int connections, boolean tls, boolean unmasked) {}
