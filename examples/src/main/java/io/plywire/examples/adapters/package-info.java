// SPDX-License-Identifier: Apache-2.0

/** Other faces of the same WebSocket; docs/adapters.md quotes them. */
@NullMarked
package io.plywire.examples.adapters;

import org.jspecify.annotations.NullMarked;
