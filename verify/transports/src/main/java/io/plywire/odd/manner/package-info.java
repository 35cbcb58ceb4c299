// SPDX-License-Identifier: Apache-2.0
/** Odd manners that any stream can have: late, by a foreign thread, deaf to most cancellations. */
package io.plywire.odd.manner;
