// SPDX-License-Identifier: Apache-2.0

/**
 * What the suite says of each case, what is expected, and the difference. Knows files and values,
 * neither processes nor connections.
 */
@NullMarked
package io.plywire.conformance.verdict;

import org.jspecify.annotations.NullMarked;
