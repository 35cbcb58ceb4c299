// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reading, and waiting until a read would make progress. */
final class ReadOperation extends Operation {
  /** Null for a wait. */
  private @Nullable ByteBuffer target;

  ReadOperation(InMemoryStream stream, AtomicReference<@Nullable IoKind> turn) {
    super(stream, IoKind.READ, turn);
  }

  void initiate(ByteBuffer into, IoHandler handler, CancellationSlot slot) {
    target = into;
    initiate(IoKind.READ, handler, slot);
  }

  void initiateWait(IoHandler handler, CancellationSlot slot) {
    initiate(IoKind.WAIT, handler, slot);
  }

  @Override
  long offer() {
    return target == null ? 0 : target.remaining();
  }

  @Override
  void attempt() {
    int n = target == null ? stream.poll() : stream.take(target, most);
    if (n == Flow.WAIT) {
      await();
    } else if (target == null) {
      done(0); // whatever it is, the read will tell
    } else if (n == Flow.END) {
      fail(new StreamException(StreamError.EOF, "the peer has ended its side of " + stream));
    } else if (n == Flow.BROKEN) {
      fail(new StreamException(StreamError.RESET, stream + " was broken off"));
    } else {
      done(n);
    }
  }

  @Override
  void forget() {
    target = null;
  }
}
