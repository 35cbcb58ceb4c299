// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream of which some bytes were read already: they come first, then everything is the next
 * layer's business.
 */
final class PrefixedStream extends ForwardingStream {
  private final ReadOperation read;

  private volatile boolean exhausted;

  PrefixedStream(AsyncStream next, byte[] prefix, int count) {
    super(next);
    this.read = new ReadOperation(next, ByteBuffer.wrap(prefix, 0, count));
    this.exhausted = count == 0;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    if (isOurs()) {
      read.initiate("asyncReadSome", target, handler);
    } else {
      super.asyncReadSome(target, handler);
    }
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(handler, "handler");
    if (isOurs()) {
      read.initiate("asyncWait", null, handler);
    } else {
      super.asyncWait(type, handler);
    }
  }

  /** Returns whether the next operation is ours; else it is the next layer's. */
  private boolean isOurs() {
    return !exhausted || read.pending() != null;
  }

  /** Reads from the prefix. */
  private final class ReadOperation extends PendingOperation {
    private final ByteBuffer prefix; // on the executor
    private @Nullable ByteBuffer target; // of the read that is pending; null for a wait

    ReadOperation(AsyncStream next, ByteBuffer prefix) {
      super(next.executor());
      this.prefix = prefix;
    }

    void initiate(String operation, @Nullable ByteBuffer into, IoHandler handler) {
      claim(operation);
      target = into;
      initiate(handler, isOpen());
    }

    @Override
    protected IllegalStateException alreadyPending(String operation) {
      return new ReadPendingException(operation);
    }

    @Override
    protected void closeStream() {
      PrefixedStream.this.close();
    }

    @Override
    protected boolean isOver() {
      return !isOpen();
    }

    @Override
    protected void start() {
      ByteBuffer into = target;
      int n = into == null ? 0 : Math.min(prefix.remaining(), into.remaining());
      if (into != null) {
        int at = into.position();
        into.put(at, prefix, prefix.position(), n).position(at + n);
        prefix.position(prefix.position() + n);
        exhausted = !prefix.hasRemaining();
      }
      end(null, n);
    }

    @Override
    protected void ended(@Nullable IOException error, long bytes) {
      target = null;
    }

    @Override
    public String toString() {
      return next().toString();
    }
  }
}
