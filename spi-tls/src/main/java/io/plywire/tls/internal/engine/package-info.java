// SPDX-License-Identifier: Apache-2.0

/**
 * The engines: how each is found, set up and guarded, and where they differ. Knows configuration,
 * certificates and providers; knows no stream and no bytes in transit.
 */
@NullMarked
package io.plywire.tls.internal.engine;

import org.jspecify.annotations.NullMarked;
