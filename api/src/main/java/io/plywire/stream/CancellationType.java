// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/**
 * How much of an operation's effect a cancellation accepts.
 *
 * <p>The types promise more from first to last, and an operation that can keep the stronger promise
 * may honour a weaker request with it: a write that still waits for its turn ends without any
 * effect whichever of the three was emitted.
 */
public enum CancellationType {
  /** The operation ends; afterwards the stream can only be closed. Every stream honours it. */
  TERMINAL,
  /** The operation ends; what was transferred is reported, and the stream stays usable. */
  PARTIAL,
  /** The operation ends as if it had never been started; the stream is as before. */
  TOTAL
}
