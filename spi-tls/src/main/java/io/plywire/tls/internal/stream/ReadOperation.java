// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.Iteration;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The read, or the wait, of the user. */
final class ReadOperation extends Operation implements Iteration.Step {
  private final Iteration iteration = new Iteration();
  private @Nullable ByteBuffer target; // of the read that is pending; null for a wait
  private int outcome; // as RecordOpener has it

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
    claim(operation);
    target = into;
    initiate(handler, connection.isOpenForUse());
  }

  @Override
  protected void start() {
    if (target != null && !target.hasRemaining()) {
      end(null, 0);
    } else {
      advance();
    }
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    target = null;
    outcome = RecordOpener.NEEDS_INPUT;
  }

  /**
   * Goes on as far as it can; called when something has changed.
   *
   * @return false if it is going on already, and will once more
   */
  boolean advance() {
    if (!iteration.run(this)) {
      return false;
    }
    connection.settle();
    int n = outcome;
    if (isWaiting() && n != RecordOpener.NEEDS_INPUT) {
      boolean wait = target == null; // which leaves the error to the read
      end(n < 0 && !wait ? connection.state.readEnd : null, wait ? 0 : Math.max(0, n));
    }
    return true;
  }

  @Override
  public void step() {
    if (!isWaiting() || outcome != RecordOpener.NEEDS_INPUT) {
      return;
    }
    RecordOpener opener = connection.opener;
    int n = target == null ? opener.peek() : opener.read(target);
    outcome = n;
    connection.afterOpening();
    if (n == RecordOpener.NEEDS_INPUT) {
      connection.intake.request();
    }
  }
}
