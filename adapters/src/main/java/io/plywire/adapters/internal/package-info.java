// SPDX-License-Identifier: Apache-2.0

/** What the faces have in common. Not exported. */
@NullMarked
package io.plywire.adapters.internal;

import org.jspecify.annotations.NullMarked;
