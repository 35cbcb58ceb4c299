// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes along with a connection for those who are not its operations: whoever keeps a list of
 * connections, and whatever the application has left here. Most connections of a client have none.
 */
public class Companion {
  private volatile @Nullable Object attachment;
  private volatile @Nullable Consumer<CloseReason> drain;

  /** Makes one that only keeps things. */
  public Companion() {}

  final @Nullable Object attachment() {
    return attachment;
  }

  final void attach(@Nullable Object object) {
    attachment = object;
  }

  /** Tells what sends all that waits, and closes then. */
  final void drainBy(Consumer<CloseReason> queue) {
    drain = queue;
  }

  /** Returns what sends all that waits, and closes then; null if there is nothing of the kind. */
  protected final @Nullable Consumer<CloseReason> drain() {
    return drain;
  }

  /** A write of the application has ended; on the executor, within a step. */
  protected void writeEnded() {}

  /** The connection has ended; on the executor, within a step. */
  protected void ended(CloseOutcome outcome) {}
}
