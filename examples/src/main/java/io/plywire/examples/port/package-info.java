// SPDX-License-Identifier: Apache-2.0

/**
 * Reading from what calls back, for {@code docs/write-a-transport.md}: one direction on {@link
 * io.plywire.spi.PendingOperation} alone, where no skeleton of a whole stream fits.
 */
@NullMarked
package io.plywire.examples.port;

import org.jspecify.annotations.NullMarked;
