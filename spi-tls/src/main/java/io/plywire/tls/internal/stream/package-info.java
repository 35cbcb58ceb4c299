// SPDX-License-Identifier: Apache-2.0

/**
 * The layer: drives one {@link io.plywire.tls.internal.engine.ConnectionEngine} over a next layer.
 * Knows records, buffers and operations; knows no provider and no certificate.
 */
@NullMarked
package io.plywire.tls.internal.stream;

import org.jspecify.annotations.NullMarked;
