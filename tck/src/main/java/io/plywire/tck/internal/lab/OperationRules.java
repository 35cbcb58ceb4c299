// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operation of a kind may do to its buffers; made before it is initiated. */
interface OperationRules {
  /** Called when the operation has ended, before anybody else knows; throws a violation. */
  void verify(@Nullable IOException error, long bytes);

  /** Returns the rules that are looked at when the operation has ended so. */
  default List<Rule> lookedAt(@Nullable IOException error, long bytes) {
    return List.of();
  }

  /** Returns the rule that is violated if the stream does not take such buffers, or null. */
  default @Nullable Rule kinds() {
    return null;
  }

  /** Returns the conditions that lie in the buffers. */
  default int buffers() {
    return 0;
  }

  /** Returns what the trace shall show of the bytes that were moved; called before the above. */
  default Object glimpse(long bytes) {
    return "";
  }
}
