// SPDX-License-Identifier: Apache-2.0

/** The transport that {@code docs/write-a-transport.md} builds: the JDK's asynchronous channels. */
@NullMarked
package io.plywire.examples.aio;

import org.jspecify.annotations.NullMarked;
