// SPDX-License-Identifier: Apache-2.0

/** TLS as a layer over any {@link io.plywire.stream.AsyncStream}. */
@NullMarked
package io.plywire.tls;

import org.jspecify.annotations.NullMarked;
