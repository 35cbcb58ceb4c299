// SPDX-License-Identifier: Apache-2.0

/** The checks, a class for each part of the contract. */
@NullMarked
package io.plywire.tck.internal.checks;

import org.jspecify.annotations.NullMarked;
