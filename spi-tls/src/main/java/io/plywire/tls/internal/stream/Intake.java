// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gets bytes from the next layer. It belongs to no operation: one that is cancelled leaves it
 * running, and the next one finds what it got.
 */
final class Intake implements IoHandler {
  private enum Phase {
    IDLE,
    /** The next layer will say when there is something; no memory is lent. */
    WAITING,
    /** The next layer is putting bytes into our buffer. */
    READING
  }

  private final TlsConnection connection;
  private final RecordOpener opener;
  private final CancellationSignal signal = new CancellationSignal();

  private Phase phase = Phase.IDLE;
  private int room; // that the next layer was offered
  private boolean moreIsThere; // for all we know: a wait or a filled buffer said so
  private @Nullable IOException givenUp; // only what has arrived already is of interest

  Intake(TlsConnection connection, RecordOpener opener) {
    this.connection = connection;
    this.opener = opener;
  }

  /** Asks for bytes, unless that has been done; {@link TlsConnection#inputChanged} follows. */
  void request() {
    if (phase != Phase.IDLE || opener.isInputEnded()) {
      return;
    }
    if (!moreIsThere && givenUp == null) {
      await();
    } else {
      read();
    }
  }

  private void await() {
    phase = Phase.WAITING;
    opener.in.shrink();
    try {
      connection.next.asyncWait(WaitType.READ, this);
    } catch (RuntimeException e) {
      completed(broken(e), 0);
    }
  }

  private void read() {
    phase = Phase.READING;
    ByteBuffer to = opener.lend();
    room = to.remaining();
    try {
      connection.next.asyncReadSome(to, this);
    } catch (RuntimeException e) {
      completed(broken(e), 0);
      return;
    }
    if (givenUp != null) {
      signal.emit(CancellationType.TERMINAL);
    }
  }

  private IOException broken(RuntimeException e) {
    return new StreamException(StreamError.IO, "reading from " + connection.next + " failed", e);
  }

  /** Stops waiting for more, once nothing can be sent any more. */
  void giveUp(IOException why) {
    if (givenUp == null) {
      givenUp = why;
      if (phase != Phase.IDLE) {
        signal.emit(CancellationType.TERMINAL);
      }
    }
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    boolean waited = phase == Phase.WAITING;
    phase = Phase.IDLE;
    if (waited) {
      moreIsThere = error == null;
    } else {
      opener.in.filled((int) bytes);
      moreIsThere = bytes == room;
    }
    if (connection.isOver()) {
      connection.releaseMemory();
      return;
    }
    if (error != null) {
      opener.inputEnded(endedBy(error));
    } else if (waited) {
      if (connection.wantsInput()) {
        read();
        return;
      }
    } else if (bytes == 0) {
      opener.inputEnded(
          new StreamException(StreamError.IO, connection.next + " read 0 bytes without an error"));
    }
    connection.inputChanged();
  }

  private IOException endedBy(IOException error) {
    boolean cancelled = error instanceof StreamException known && known.cancellation() != null;
    IOException why = givenUp;
    return cancelled && why != null ? why : error;
  }

  @Override
  public Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }
}
