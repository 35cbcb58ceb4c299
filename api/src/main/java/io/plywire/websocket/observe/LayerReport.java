// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How it went to put a layer on a connection: the TLS handshake, for one.
 *
 * @param layer its kind, such as {@code tls}
 * @param role the side that reports
 * @param stream the layer, which can be {@linkplain AsyncStream#layer asked} for more, such as what
 *     TLS has agreed on; if it failed, what it should have been put on
 * @param took how long
 * @param error why it failed, or null
 */
public record LayerReport(
    String layer, Role role, AsyncStream stream, Duration took, @Nullable IOException error) {}
