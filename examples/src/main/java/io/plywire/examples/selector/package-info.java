// SPDX-License-Identifier: Apache-2.0

/**
 * A stream over a medium that can be tried, for {@code docs/write-a-transport.md}: non-blocking
 * sockets with one selector. What it takes to make that fast is in {@code spi-nio}.
 */
@NullMarked
package io.plywire.examples.selector;

import org.jspecify.annotations.NullMarked;
