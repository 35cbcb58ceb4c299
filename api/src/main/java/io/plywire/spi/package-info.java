// SPDX-License-Identifier: Apache-2.0

/**
 * How transports and layers are provided and found.
 *
 * <p>Transport authors implement the providers of this package; applications name an endpoint and
 * get the provider that fits, or a report that says why none does. Nothing here knows WebSocket
 * frames.
 */
@NullMarked
package io.plywire.spi;

import org.jspecify.annotations.NullMarked;
