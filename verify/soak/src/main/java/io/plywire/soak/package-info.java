// SPDX-License-Identifier: Apache-2.0
/**
 * Servers and clients of all engines under faults, for a chosen time. {@link io.plywire.soak.Soak}
 * holds rounds of {@link io.plywire.soak.Talk}s in one {@link io.plywire.soak.Place} after the
 * other: in memory, through a {@link io.plywire.soak.Relay} of our own, and on a loopback that is
 * {@linkplain io.plywire.soak.Netem disturbed}. {@link io.plywire.soak.Tally} counts what went
 * wrong, {@link io.plywire.soak.Resources} what is left.
 */
package io.plywire.soak;
