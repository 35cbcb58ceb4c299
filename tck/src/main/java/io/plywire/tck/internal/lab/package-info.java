// SPDX-License-Identifier: Apache-2.0

/**
 * What a check works with: streams that are watched, outcomes, a trace; everything that waits is
 * here.
 */
@NullMarked
package io.plywire.tck.internal.lab;

import org.jspecify.annotations.NullMarked;
