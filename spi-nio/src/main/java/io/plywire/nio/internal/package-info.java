// SPDX-License-Identifier: Apache-2.0

/** The selector event loops and the socket streams that run on them. */
@NullMarked
package io.plywire.nio.internal;

import org.jspecify.annotations.NullMarked;
