// SPDX-License-Identifier: Apache-2.0

/**
 * Compression of messages, permessage-deflate: what a side offers or accepts ({@link
 * io.plywire.websocket.deflate.DeflateOptions}), what was agreed on, and the engine that compresses
 * ({@link io.plywire.websocket.deflate.DeflateEngine}), the JDK's or another one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692">RFC 7692, Compression Extensions for
 *     WebSocket</a>
 */
@NullMarked
package io.plywire.websocket.deflate;

import org.jspecify.annotations.NullMarked;
