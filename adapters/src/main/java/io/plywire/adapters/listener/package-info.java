// SPDX-License-Identifier: Apache-2.0

/** Placeholder. */
@NullMarked
package io.plywire.adapters.listener;

import org.jspecify.annotations.NullMarked;
