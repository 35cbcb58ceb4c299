// SPDX-License-Identifier: Apache-2.0

/** Certificates made in memory. Knows X.509; knows no connection. */
@NullMarked
package io.plywire.tls.testing;

import org.jspecify.annotations.NullMarked;
