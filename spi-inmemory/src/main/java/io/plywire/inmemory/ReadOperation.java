// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reading, and waiting until a read would make progress. */
final class ReadOperation extends Operation {
  private @Nullable ByteBuffer target; // of the read that is pending; null for a wait

  ReadOperation(InMemoryStream stream) {
    super(stream);
  }

  /**
   * Initiates a read, or a wait if there is no target.
   *
   * @throws ReadPendingException if one is outstanding
   */
  void initiate(@Nullable ByteBuffer into, IoHandler handler) {
    claim((into == null ? IoKind.WAIT : IoKind.READ).method());
    target = into;
    initiate(handler, stream.isOpen());
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new ReadPendingException(operation);
  }

  @Override
  IoKind kind() {
    return target == null ? IoKind.WAIT : IoKind.READ;
  }

  @Override
  long offer() {
    return target == null ? 0 : target.remaining();
  }

  @Override
  void attempt() {
    ByteBuffer into = target;
    int n = into == null ? stream.poll() : stream.take(into, most);
    if (n == Flow.WAIT) {
      return;
    }
    if (into == null) {
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
