// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Receives the completion of an operation that moves bytes. Runs exactly once for each. */
@FunctionalInterface
public interface IoHandler extends Associated {
  /**
   * Called when the operation has ended. Its buffers are the caller's again and the next operation
   * may be started from here.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved, also when it failed
   */
  void completed(@Nullable IOException error, long bytes);
}
