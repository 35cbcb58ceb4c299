// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

/** A direction of a pipe, as one of its ends sees it. */
public enum Direction {
  /** What this end reads. */
  INBOUND,
  /** What this end writes. */
  OUTBOUND
}
