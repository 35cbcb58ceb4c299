// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * How long the load generator shall work for a server.
 *
 * @param port of the server, whose job was given before
 * @param seconds how long at least
 * @param enough how much to do at least while warming up, if four times the time suffices for it
 */
public record Span(int port, double seconds, long enough) {}
