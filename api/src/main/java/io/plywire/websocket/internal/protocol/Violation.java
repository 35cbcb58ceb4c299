// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.WebSocketError;

/**
 * A rule the peer broke, as a value: exceptions are made at the public edge.
 *
 * @param error which rule
 * @param detail what was found and what was allowed, for the message of an exception or a log; may
 *     quote the peer, so it is not for the wire
 */
public record Violation(WebSocketError error, String detail) {}
