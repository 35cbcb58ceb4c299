// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
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
  private final long maxBytes;
  private final Duration timeout;

  private Role role = Role.CLIENT;
  private StreamExecutor.@Nullable Timer deadline;
  private long drained;

  TeardownOperation(
      InMemoryStream stream,
      AtomicReference<@Nullable IoKind> turn,
      long maxBytes,
      Duration timeout) {
    super(stream, IoKind.TEARDOWN, turn);
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  void initiate(Role side, IoHandler handler, CancellationSlot slot) {
    role = side;
    initiate(IoKind.TEARDOWN, handler, slot);
  }

  @Override
  long offer() {
    return 0;
  }

  @Override
  boolean honours(CancellationType type) {
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
    } else if (n == Flow.WAIT) {
      await();
    } else if (n == Flow.BROKEN) {
      fail(new StreamException(StreamError.RESET, stream + " was broken off"));
    } else {
      done(0);
    }
  }

  private void begin() {
    long id = startedId();
    deadline = stream.executor().schedule(timeout, () -> expired(id));
    stream.enterTeardown();
    if (role == Role.SERVER) {
      stream.endOutput();
    }
  }

  private void expired(long id) {
    failIfStill(
        id,
        new StreamException(
            StreamError.TIMEOUT,
            "the peer did not end its side within " + timeout + ", drained " + drained + " bytes"));
  }

  @Override
  void forget() {
    if (deadline != null) {
      deadline.cancel();
    }
    stream.closeInOrder(); // ends the client's side, too
  }
}
