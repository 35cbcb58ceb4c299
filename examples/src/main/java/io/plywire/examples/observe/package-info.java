// SPDX-License-Identifier: Apache-2.0

/** Seeing what happens to WebSockets; docs/observing.md quotes them. */
@NullMarked
package io.plywire.examples.observe;

import org.jspecify.annotations.NullMarked;
