// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * One of two ends that know each other, for defects that show only in what both have done. What is
 * read is delivered once the handler of its write has returned, so that it does not depend on the
 * threads which of the two runs first.
 */
class Twin extends Bent {
  private Twin peer = this;
  private volatile long written; // and told, or being told
  private volatile long settled; // and the handler has returned
  private volatile long read;
  private volatile long cutAt = Long.MAX_VALUE;
  private volatile boolean tearingDown;

  /** Whether the current thread runs a handler of a write of this stream. */
  private volatile Thread inWriteHandler;

  /** A write whose handler runs. */
  private static final class Entry {
    final ByteBuffer[] sources;
    final long bytes;
    boolean returned;

    Entry(ByteBuffer[] sources, long bytes) {
      this.sources = sources;
      this.bytes = bytes;
    }
  }

  private final Queue<Entry> entries = new ArrayDeque<>();

  Twin(AsyncStream inner) {
    super(inner);
  }

  static void acquaint(Twin one, Twin other) {
    one.peer = other;
    other.peer = one;
  }

  final Twin peer() {
    return peer;
  }

  final boolean isTearingDown() {
    return tearingDown;
  }

  /** Returns how much the peer wrote that was not read here. */
  final long unread() {
    return peer.written - read;
  }

  final boolean isInWriteHandler() {
    return inWriteHandler == Thread.currentThread();
  }

  /** Loses the last byte that was written here, unless it was read already. */
  final void loseLastByte() {
    peer.cutAt = written - 1;
  }

  /** Loses what was written here and not read there, but for so many bytes. */
  final void keepUnread(long bytes) {
    peer.cutAt = Math.min(written, peer.read + bytes);
  }

  // ---- for what is derived from this

  /** What was written, when its handler has returned. */
  void wrote(ByteBuffer[] sources, long bytes) {}

  /** What is about to be delivered; may be changed. */
  void delivers(byte[] bytes, int count) {}

  // ---- the stream

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    if (handler == null) {
      inner.asyncWriteSome(sources, (IoHandler) null); // which it refuses
      return;
    }
    List<ByteBuffer> before = new ArrayList<>();
    for (ByteBuffer source : sources) {
      before.add(source == null ? ByteBuffer.allocate(0) : source.duplicate());
    }
    inner.asyncWriteSome(
        sources,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            Thread outer = inWriteHandler; // of another write, if this one ended within its handler
            Entry entry = new Entry(before.toArray(ByteBuffer[]::new), bytes);
            entries.add(entry);
            written += bytes;
            inWriteHandler = Thread.currentThread();
            try {
              inner.completed(error, bytes);
            } finally {
              inWriteHandler = outer;
              entry.returned = true;
              settle();
            }
          }
        });
  }

  private void settle() {
    for (Entry next = entries.peek(); next != null && next.returned; next = entries.peek()) {
      entries.poll();
      wrote(next.sources, next.bytes);
      settled += next.bytes;
    }
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (handler == null || target == null || target.isReadOnly()) {
      inner.asyncReadSome(target, handler); // which it refuses
      return;
    }
    ByteBuffer scratch = ByteBuffer.allocate(target.remaining());
    inner.asyncReadSome(
        scratch,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            if (error != null || bytes == 0) {
              inner.completed(error, bytes);
            } else if (peer.settled < read + bytes) {
              java.util.concurrent.Executor own = inner.executor();
              (own == null ? Twin.this.executor() : own)
                  .execute(() -> run(Twin.this, () -> completed(null, bytes)));
            } else {
              deliver(target, scratch.array(), (int) bytes, inner);
            }
          }
        });
  }

  private void deliver(ByteBuffer target, byte[] bytes, int count, IoHandler handler) {
    int kept = (int) Math.min(count, cutAt - read);
    if (kept <= 0) {
      asyncReadSome(target, handler); // and sees what follows those that were lost
      return;
    }
    delivers(bytes, kept);
    target.put(bytes, 0, kept);
    read += kept;
    handler.completed(null, kept);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    if (role != null && handler != null) {
      tearingDown = true;
    }
    inner.asyncTeardown(role, handler);
  }
}
