// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.IoCompletion;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stream of which some bytes were read already: they come first, then everything is the next
 * layer's business.
 */
final class PrefixedStream extends ForwardingStream {
  private final ByteBuffer prefix; // on the executor
  private final Completion completion;

  /** Names the read of the prefix that is outstanding. */
  private final AtomicReference<@Nullable String> pending = new AtomicReference<>();

  private volatile boolean exhausted;

  PrefixedStream(AsyncStream next, byte[] prefix, int count) {
    super(next);
    this.prefix = ByteBuffer.wrap(prefix, 0, count);
    this.completion = new Completion(next.executor());
    this.exhausted = count == 0;
  }

  private final class Completion extends IoCompletion {
    Completion(StreamExecutor executor) {
      super(executor);
    }

    @Override
    protected void release() {
      pending.set(null);
    }
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    if (claim("asyncReadSome")) {
      start("asyncReadSome", target, handler);
    } else {
      super.asyncReadSome(target, handler);
    }
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(handler, "handler");
    if (claim("asyncWait")) {
      start("asyncWait", null, handler);
    } else {
      super.asyncWait(type, handler);
    }
  }

  /** Returns whether the operation is ours; else it is the next layer's. */
  private boolean claim(String operation) {
    if (exhausted && pending.get() == null) {
      return false;
    }
    String other = pending.compareAndExchange(null, operation);
    if (other != null) {
      throw new ReadPendingException(other);
    }
    return true;
  }

  private void start(String operation, @Nullable ByteBuffer target, IoHandler handler) {
    boolean open = isOpen();
    if (executor().isCurrent()) {
      IOException refusal = refusal(operation, open);
      completion.immediately(handler, refusal, refusal == null ? take(target) : 0);
    } else {
      executor()
          .execute(
              () -> {
                IOException refusal = refusal(operation, open);
                completion.later(handler, refusal, refusal == null ? take(target) : 0);
              });
    }
  }

  private @Nullable IOException refusal(String operation, boolean wasOpen) {
    if (isOpen()) {
      return null;
    }
    return wasOpen
        ? new StreamException(
            StreamError.ABORTED, operation + " ended because " + next() + " closed")
        : new StreamException(StreamError.CLOSED, operation + " on a closed stream: " + next());
  }

  private int take(@Nullable ByteBuffer target) {
    if (target == null) {
      return 0;
    }
    int n = Math.min(prefix.remaining(), target.remaining());
    int at = target.position();
    target.put(at, prefix, prefix.position(), n).position(at + n);
    prefix.position(prefix.position() + n);
    exhausted = !prefix.hasRemaining();
    return n;
  }
}
