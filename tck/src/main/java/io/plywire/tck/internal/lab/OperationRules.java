// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an operation of a kind may do to its buffers; made before it is initiated. */
interface OperationRules {
  /** Called when the operation has ended, before anybody else knows; throws a violation. */
  void verify(@Nullable IOException error, long bytes);

  /** Returns what the trace shall show of the bytes that were moved; called before the above. */
  default Object glimpse(long bytes) {
    return "";
  }
}
