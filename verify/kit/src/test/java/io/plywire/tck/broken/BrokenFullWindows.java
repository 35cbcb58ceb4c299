// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Defects that show when the window is full, and otherwise do not. */
final class BrokenFullWindows {
  /** What a teardown flushes: more than anybody writes who does not mean to fill a window. */
  private static final long FLUSHED_ONCE = 60_000;

  private BrokenFullWindows() {}

  static List<Broken> all() {
    return List.of(
        onSockets(
            "a short write from the heap counts as a whole one",
            "N1.4",
            s -> new CountsWhole(s, sources -> sources.length == 1 && sources[0].hasArray())),
        Broken.stream(
            "a short write of read-only bytes that had to wait counts as a whole one",
            "N1.4",
            s -> new CountsWholeAfterWaiting(s, sources -> sources[0].isReadOnly())),
        Broken.stream(
            "of several buffers that had to wait all count, if the last one is read-only",
            "N1.4",
            s ->
                new CountsWholeAfterWaiting(
                    s, sources -> sources.length > 1 && sources[sources.length - 1].isReadOnly())),
        onSockets(
            "a heap source is masked while its write waits, and restored",
            "N2.3",
            s -> new MasksMeanwhile(s, ByteBuffer::hasArray)),
        Broken.stream(
            "a direct source is masked while its write waits, and restored",
            "N2.3",
            s -> new MasksMeanwhile(s, source -> source.isDirect() && !source.isReadOnly())),
        new Broken(
            "a teardown flushes once and drops what the system did not take",
            "N8.1",
            Subjects.socketTwins("flushes once", FlushesOnce::new)),
        new Broken(
            "a teardown flushes no more than a part of a large window",
            "N8.1",
            Subjects.wideTwins("flushes a part", FlushesOnce::new)),
        new Broken(
            "a queue is bounded by the number of buffers, not of bytes",
            "N11.1",
            TicketQueue.subject("queue of buffers")),
        onSockets(
            "a write that TOTAL has ended is sent later",
            "N6.2",
            s -> new SendsCancelled(s, CancellationType.TOTAL)),
        onSockets(
            "a write that PARTIAL has ended is sent later",
            "N6.3",
            s -> new SendsCancelled(s, CancellationType.PARTIAL)));
  }

  static Broken onSockets(String defect, String rule, UnaryOperator<AsyncStream> decorator) {
    return new Broken(defect, rule, Subjects.sockets(defect, decorator));
  }

  private abstract static class BendsWrites extends Bent {
    BendsWrites(AsyncStream inner) {
      super(inner);
    }

    @Override
    public final void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      boolean refused = handler == null;
      boolean empty = true;
      for (ByteBuffer source : sources) {
        refused |= source == null;
        empty &= source != null && !source.hasRemaining();
      }
      if (refused || empty) {
        inner.asyncWriteSome(sources, handler);
      } else {
        write(sources, handler);
      }
    }

    abstract void write(ByteBuffer[] sources, IoHandler handler);
  }

  private static final class CountsWhole extends BendsWrites {
    private final Predicate<ByteBuffer[]> which;

    CountsWhole(AsyncStream inner, Predicate<ByteBuffer[]> which) {
      super(inner);
      this.which = which;
    }

    @Override
    void write(ByteBuffer[] sources, IoHandler handler) {
      new WaitingWrite(inner, sources, handler) {
        @Override
        void ended(IOException error, long bytes) {
          if (error == null && which.test(sources)) {
            countAll(bytes);
          } else {
            inner.completed(error, bytes);
          }
        }
      }.start();
    }
  }

  private static final class CountsWholeAfterWaiting extends BendsWrites {
    private final Predicate<ByteBuffer[]> which;

    CountsWholeAfterWaiting(AsyncStream inner, Predicate<ByteBuffer[]> which) {
      super(inner);
      this.which = which;
    }

    @Override
    void write(ByteBuffer[] sources, IoHandler handler) {
      new WaitingWrite(inner, sources, handler) {
        @Override
        void ended(IOException error, long bytes) {
          if (error == null && hasWaited() && which.test(sources)) {
            countAll(bytes);
          } else {
            inner.completed(error, bytes);
          }
        }
      }.start();
    }
  }

  /** Sends a copy, and meanwhile does to the source what it should do to the copy. */
  private static final class MasksMeanwhile extends BendsWrites {
    private final Predicate<ByteBuffer> which;

    MasksMeanwhile(AsyncStream inner, Predicate<ByteBuffer> which) {
      super(inner);
      this.which = which;
    }

    @Override
    void write(ByteBuffer[] sources, IoHandler handler) {
      ByteBuffer source = sources[0];
      if (sources.length > 1 || !which.test(source)) {
        inner.asyncWriteSome(sources, handler);
        return;
      }
      ByteBuffer copy = ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
      new WaitingWrite(inner, sources, handler) {
        @Override
        void waits() {
          mask(source);
        }

        @Override
        void ended(IOException error, long bytes) {
          if (hasWaited()) {
            mask(source);
          }
          source.position(source.position() + (int) bytes);
          inner.completed(error, bytes);
        }
      }.start(new ByteBuffer[] {copy});
    }

    private static void mask(ByteBuffer source) {
      for (int i = source.position(); i < source.limit(); i++) {
        source.put(i, (byte) (source.get(i) ^ 0x37));
      }
    }
  }

  private static final class FlushesOnce extends Twin {
    FlushesOnce(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      if (peer().unread() > 2 * FLUSHED_ONCE) {
        keepUnread(FLUSHED_ONCE);
      }
      super.asyncTeardown(role, handler);
    }
  }

  /** Sends the bytes of a write that was cancelled while it waited in front of the next write. */
  private static final class SendsCancelled extends BendsWrites {
    private final CancellationType type;
    private volatile ByteBuffer cancelled = ByteBuffer.allocate(0);

    SendsCancelled(AsyncStream inner, CancellationType type) {
      super(inner);
      this.type = type;
    }

    @Override
    void write(ByteBuffer[] sources, IoHandler handler) {
      if (cancelled.hasRemaining()) {
        ByteBuffer[] both = new ByteBuffer[sources.length + 1];
        System.arraycopy(sources, 0, both, 1, sources.length);
        both[0] = cancelled;
        writeBoth(both, handler);
        return;
      }
      new WaitingWrite(inner, sources, handler) {
        @Override
        void ended(IOException error, long bytes) {
          if (Rewired.is(error, StreamError.ABORTED)
              && ((StreamException) error).cancellation() == type) {
            cancelled = ByteBuffer.allocate((int) left());
            for (ByteBuffer source : sources) {
              cancelled.put(source.duplicate());
            }
            cancelled.flip();
          }
          inner.completed(error, bytes);
        }
      }.start();
    }

    private void writeBoth(ByteBuffer[] both, IoHandler handler) {
      int before = both[0].remaining();
      inner.asyncWriteSome(
          both,
          new Rewired(handler) {
            @Override
            public void completed(IOException error, long bytes) {
              if (error == null && bytes <= before) {
                writeBoth(both, inner);
              } else {
                inner.completed(error, Math.max(0, bytes - before));
              }
            }
          });
    }
  }
}
