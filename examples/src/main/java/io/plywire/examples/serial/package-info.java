// SPDX-License-Identifier: Apache-2.0

/** The transport that {@code docs/write-a-transport.md} builds: a line with blocking calls. */
@NullMarked
package io.plywire.examples.serial;

import org.jspecify.annotations.NullMarked;
