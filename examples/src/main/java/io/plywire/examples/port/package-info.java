// SPDX-License-Identifier: Apache-2.0

/**
 * Reading from what calls back, for {@code docs/write-a-transport.md}: how a transport with events
 * of its own uses {@link io.plywire.spi.PendingOperation}.
 */
@NullMarked
package io.plywire.examples.port;

import org.jspecify.annotations.NullMarked;
