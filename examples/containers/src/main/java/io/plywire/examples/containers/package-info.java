// SPDX-License-Identifier: Apache-2.0

/**
 * WebSockets of plywire inside of servers that people already run: a package to copy for each of
 * them, which depends on nothing here. {@link io.plywire.examples.containers.OpenWebSockets} is
 * what all of them can use.
 */
@NullMarked
package io.plywire.examples.containers;

import org.jspecify.annotations.NullMarked;
