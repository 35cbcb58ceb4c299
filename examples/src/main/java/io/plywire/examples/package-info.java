// SPDX-License-Identifier: Apache-2.0

/**
 * The programs that the README quotes: the same conversation in three styles, and its other side.
 *
 * <p>What stands between the marks {@code README: name} and {@code README: end} is quoted there,
 * and a test compares the two.
 */
@NullMarked
package io.plywire.examples;

import org.jspecify.annotations.NullMarked;
