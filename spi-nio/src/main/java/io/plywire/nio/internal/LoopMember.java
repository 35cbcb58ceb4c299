// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * Something that lives on a loop and ends with it: a stream, an acceptor, an attempt to connect. As
 * the attachment of a selection key it also learns what its channel is ready for. Members form a
 * list through themselves, so that being one costs no object.
 */
abstract class LoopMember {
  @Nullable LoopMember previousMember;
  @Nullable LoopMember nextMember;

  /**
   * Serves the channel; on the loop.
   *
   * @param readyOps what the channel is ready for, of what the key is interested in
   */
  abstract void ready(int readyOps);

  /** Called at the end of a turn in which the member has asked for it; on the loop. */
  void endOfTurn() {}

  /**
   * Ends at once, because the loop ends; on the loop. Must leave the loop's list.
   *
   * @param why completes the operations that are pending
   */
  abstract void loopEnded(StreamException why);
}
