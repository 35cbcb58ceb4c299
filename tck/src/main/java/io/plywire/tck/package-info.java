// SPDX-License-Identifier: Apache-2.0

/**
 * The test kit for transports and layers. {@link io.plywire.tck.TckSubject} is what an author
 * implements; {@link io.plywire.tck.TckRun} verifies it by the {@linkplain io.plywire.tck.Rule
 * rules} of {@code SPEC.md} and gives a {@link io.plywire.tck.TckReport}.
 */
@NullMarked
package io.plywire.tck;

import org.jspecify.annotations.NullMarked;
