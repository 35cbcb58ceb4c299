// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import io.plywire.stream.Role;
import java.time.Duration;

/**
 * How an opening handshake went.
 *
 * @param role the side that reports
 * @param path what was asked for, without the query, which may hold secrets; empty if nothing was
 * @param status what was answered: 101 if a WebSocket has opened, 0 if nothing was answered or
 *     somebody else has done it
 * @param took since the handshake began; for a server, since the first request was waited for
 */
public record OpeningReport(Role role, String path, int status, Duration took) {}
