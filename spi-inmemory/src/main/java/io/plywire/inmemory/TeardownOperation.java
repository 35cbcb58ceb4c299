// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WritePendingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a stream gracefully (N8). The server ends its side and then reads until the peer has ended
 * its own; the client the other way round. Nobody waits for the peer to read: what was written
 * stays in the window until it does.
 *
 * <p>Afterwards the stream is closed however this ended, so nothing but {@link
 * CancellationType#TERMINAL} can cancel it.
 */
final class TeardownOperation extends Operation {
  private final PendingOperation write;
  private final long maxBytes;
  private final Duration timeout;

  private Role role = Role.CLIENT;
  private StreamExecutor.@Nullable Timer deadline;
  private long drained;

  TeardownOperation(
      InMemoryStream stream, PendingOperation write, long maxBytes, Duration timeout) {
    super(stream);
    this.write = write;
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  /**
   * Initiates it.
   *
   * @throws WritePendingException if a write is outstanding, or a teardown
   */
  void initiate(Role side, IoHandler handler) {
    claim(IoKind.TEARDOWN.method());
    role = side;
    initiate(handler, stream.isOpen());
  }

  /** Returns the write's claim: there is none beside a teardown. */
  @Override
  protected PendingOperation claimHolder() {
    return write;
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  @Override
  IoKind kind() {
    return IoKind.TEARDOWN;
  }

  @Override
  long offer() {
    return 0;
  }

  @Override
  protected boolean honours(CancellationType type) {
    return type == CancellationType.TERMINAL;
  }

  @Override
  void attempt() {
    if (deadline == null) {
      begin();
    }
    int n = stream.skip();
    while (n > 0 && drained <= maxBytes) {
      drained += n;
      n = stream.skip();
    }
    if (drained > maxBytes) {
      fail(
          new StreamException(
              StreamError.EXHAUSTED,
              "the peer goes on sending: drained " + drained + " bytes, limit " + maxBytes));
    } else if (n == Flow.BROKEN) {
      fail(new StreamException(StreamError.RESET, stream + " was broken off"));
    } else if (n != Flow.WAIT) {
      done(0);
    }
  }

  private void begin() {
    int id = id();
    deadline = stream.executor().schedule(timeout, () -> expired(id));
    stream.enterTeardown();
    if (role == Role.SERVER) {
      stream.endOutput();
    }
  }

  private void expired(int id) {
    if (isStill(id)) {
      fail(
          new StreamException(
              StreamError.TIMEOUT,
              "the peer did not end its side within "
                  + Durations.text(timeout)
                  + ", drained "
                  + drained
                  + " bytes"));
    }
  }

  @Override
  void forget() {
    if (deadline != null) {
      deadline.cancel();
    }
    stream.closeInOrder(); // ends the client's side, too
  }
}
