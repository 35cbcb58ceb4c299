// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a handler brings along: where it wants to run and how its operation can be cancelled. All
 * methods have defaults, so a lambda is a complete handler; the static methods of {@link Handler}
 * and {@link IoHandler} add single associations to one. An operation asks for each association
 * once, when it is initiated or when it completes; the answers must not change in between.
 */
public interface Associated {
  /** Returns where the handler runs, or null for the executor of the stream. */
  default @Nullable Executor executor() {
    return null;
  }

  /**
   * Returns the executor for the case that the operation completes within its initiating call, or
   * null to have that completion posted. With {@link InlineExecutor} the handler may run before the
   * initiating call has returned.
   */
  default @Nullable Executor immediateExecutor() {
    return null;
  }

  /** Returns the slot through which the operation can be cancelled. */
  default CancellationSlot cancellationSlot() {
    return CancellationSlot.none();
  }
}
