// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The direction from the peer of a {@link ReadinessStream}: reads and waits. */
final class ReadOperation extends DirectionOperation {
  /** No bytes will come: {@link #end} says why. */
  static final int ENDED = -1;

  private @Nullable ByteBuffer target; // of the read that is pending; null for a wait
  private @Nullable StreamException end; // sticky
  private boolean there; // the medium has answered, and nobody has looked

  ReadOperation(ReadinessStream stream) {
    super(stream);
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
    initiate(handler, stream.isUsable());
  }

  @Override
  void attempt() {
    ByteBuffer into = target;
    if (into == null ? there || hasEnded() : !into.hasRemaining()) {
      end(null, 0);
      return;
    }
    int n = into == null ? 0 : read(into);
    if (n != 0) {
      end(n < 0 ? end : null, Math.max(0, n));
    } else if (!ask()) {
      end(stream.failure(), 0);
    }
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    target = null;
  }

  @Override
  void ready() {
    there = true;
    super.ready();
  }

  @Override
  void await() throws IOException {
    stream.awaitReadable();
  }

  @Override
  DirectionOperation other() {
    return stream.writes();
  }

  /** A read still gets what arrived before. */
  @Override
  void streamFailed() {
    if (!isWaiting()) {
      return;
    }
    ByteBuffer into = target;
    int n = into == null ? 0 : read(into);
    if (n != 0 || (into == null && hasEnded())) {
      endPosted(n < 0 ? end : null, Math.max(0, n));
    }
  }

  private boolean hasEnded() {
    return end != null || stream.isCut();
  }

  /**
   * Tries to read.
   *
   * @return how many bytes were read; 0 if there are none; {@link #ENDED}
   */
  int read(ByteBuffer into) {
    if (end != null) {
      return ENDED;
    }
    there = false;
    int n;
    try {
      n = stream.tryRead(into);
    } catch (IOException | RuntimeException | Error e) {
      lost(e);
      end = stream.failure();
      return ENDED;
    }
    StreamException failure = stream.failure();
    if (n > 0 || (n == 0 && !stream.isCut())) {
      return n;
    }
    // An end of the stream after it has failed is none.
    end =
        failure != null
            ? failure
            : new StreamException(StreamError.EOF, "the peer ended the stream: " + stream);
    return ENDED;
  }
}
