// SPDX-License-Identifier: Apache-2.0
/**
 * Streams over media of all kinds. Those over a {@link io.plywire.odd.medium.LockedStream} are made
 * by hand from the first to the last line; the others stand on the skeletons of {@code
 * io.plywire.spi}.
 */
package io.plywire.odd.medium;
