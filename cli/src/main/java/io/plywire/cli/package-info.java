// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code plywire} command: a file for each subcommand, and small helpers.
 *
 * <p>Start with {@link io.plywire.cli.Main}. What the command tells about frames it has seen
 * itself, by a {@link io.plywire.websocket.observe.WireTap} below the WebSocket; it uses nothing of
 * the library but what is public.
 */
@NullMarked
package io.plywire.cli;

import org.jspecify.annotations.NullMarked;
