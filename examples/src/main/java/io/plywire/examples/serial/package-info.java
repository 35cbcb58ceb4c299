// SPDX-License-Identifier: Apache-2.0

/**
 * A transport over a line that knows blocking calls only, for {@code docs/write-a-transport.md}.
 */
@NullMarked
package io.plywire.examples.serial;

import org.jspecify.annotations.NullMarked;
