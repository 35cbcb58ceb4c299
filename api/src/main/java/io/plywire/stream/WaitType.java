// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** What {@link AsyncStream#asyncWait} waits for. */
public enum WaitType {
  /** A read would make progress: data, end of stream or an error is there. */
  READ
}
