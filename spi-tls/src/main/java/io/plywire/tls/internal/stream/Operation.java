// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.IoHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One direction of the stream as its user sees it. An operation always waits first, and may end
 * within the call that initiates it.
 */
abstract class Operation extends PendingOperation {
  final TlsConnection connection;
  private boolean inCall; // the initiating call of the one that waits has not returned

  Operation(TlsConnection connection) {
    super(connection.executor);
    this.connection = connection;
  }

  /**
   * Lets an operation that has started wait.
   *
   * @param initiating whether the initiating call has not returned; {@link #callReturns} must
   *     follow
   */
  final void awaitIn(IoHandler handler, boolean initiating) {
    await(handler, initiating);
    inCall = initiating;
  }

  /** The initiating call of the operation that waits, if it still does, is about to return. */
  final void callReturns() {
    inCall = false;
  }

  @Override
  public final void end(@Nullable IOException error, long bytes) {
    if (inCall) {
      inCall = false;
      endInCall(error, bytes);
    } else {
      super.end(error, bytes);
    }
  }

  @Override
  protected final boolean isOver() {
    return !connection.isUsable();
  }

  @Override
  public final String toString() {
    return connection.toString();
  }
}
