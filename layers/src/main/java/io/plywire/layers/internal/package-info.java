// SPDX-License-Identifier: Apache-2.0

/**
 * What the layers of this module have in common: addresses as texts, bytes of strangers for
 * messages, and the way of an operation that talks on the stream below. Not exported.
 */
@NullMarked
package io.plywire.layers.internal;

import org.jspecify.annotations.NullMarked;
