// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * A server as its clients meet it.
 *
 * @param port where it listens on 127.0.0.1
 * @param pid its process
 * @param tls whether to speak TLS
 * @param unmasks whether it unmasks what it sends back
 */
public record Target(int port, long pid, boolean tls, boolean unmasks) {}
