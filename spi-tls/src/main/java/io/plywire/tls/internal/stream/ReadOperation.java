// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The read, or the wait, of the user. */
final class ReadOperation extends Operation {
  private @Nullable ByteBuffer target; // of the read that waits; null for a wait
  private boolean advancing;
  private boolean again;

  ReadOperation(TlsConnection connection) {
    super(connection);
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new ReadPendingException(operation);
  }

  /**
   * Initiates a read, or a wait if there is no target.
   *
   * @throws ReadPendingException if one is outstanding
   */
  void initiate(String operation, @Nullable ByteBuffer into, IoHandler handler) {
    int id = claim(operation);
    boolean open = connection.isOpenForUse();
    if (connection.executor.isCurrent()) {
      start(id, into, handler, open, true);
    } else {
      handler.cancellationSlot().assign(this, id);
      connection.executor.execute(() -> start(id, into, handler, open, false));
    }
  }

  private void start(
      int id, @Nullable ByteBuffer into, IoHandler handler, boolean open, boolean inCall) {
    IOException refusal = arrive(id, open);
    if (refusal != null) {
      complete(handler, inCall, refusal, 0);
    } else if (into != null && !into.hasRemaining()) {
      complete(handler, inCall, null, 0);
    } else {
      target = into;
      awaitIn(handler, inCall);
      advance();
      callReturns();
    }
  }

  @Override
  protected void forgetArguments() {
    target = null;
  }

  /** Returns whether it is just now going on. */
  boolean isAdvancing() {
    return advancing;
  }

  /** Something has changed while it is going on. */
  void goOn() {
    again = true;
  }

  /** Goes on as far as it can; called when something has changed, unless it is going on. */
  void advance() {
    while (isWaiting()) {
      advancing = true;
      again = false;
      ByteBuffer into = target;
      RecordOpener opener = connection.opener;
      int n = into == null ? opener.peek() : opener.read(into);
      connection.afterOpening();
      if (n == RecordOpener.NEEDS_INPUT) {
        connection.intake.request();
      }
      advancing = false;
      if (n != RecordOpener.NEEDS_INPUT) {
        connection.settle();
        // A wait leaves the error to the read.
        boolean failed = n == RecordOpener.ENDED && into != null;
        end(failed ? connection.state.readEnd : null, into == null ? 0 : Math.max(0, n));
        return;
      }
      if (!again) {
        connection.settle();
        return;
      }
    }
  }
}
