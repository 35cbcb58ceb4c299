// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.Broken.executors;
import static io.plywire.tck.broken.Broken.reads;
import static io.plywire.tck.broken.Broken.stream;
import static io.plywire.tck.broken.Broken.writes;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.BufferPool;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Defects in how streams end, in their executors and in their names. */
final class BrokenEnds {
  private BrokenEnds() {}

  static List<Broken> all() {
    return List.of(
        stream("the end is told once", "N4.2", EndOnce::new),
        reads(
            "a reset is told as IO",
            "N4.5",
            (in, target, h) ->
                in.asyncReadSome(target, renamed(h, StreamError.RESET, StreamError.IO))),
        stream("the end of reading is the end of writing", "N4.6", EndOfBoth::new),
        writes(
            "a write does not hear TERMINAL",
            "N6.1",
            (in, sources, h) ->
                in.asyncWriteSome(
                    sources,
                    h == null ? null : Rewired.cancelling(h, CancellationType.TERMINAL, null))),
        reads(
            "TOTAL spoils the stream",
            "N6.2",
            (in, target, h) -> in.asyncReadSome(target, spoiling(h, CancellationType.TOTAL))),
        reads(
            "PARTIAL spoils the stream",
            "N6.3",
            (in, target, h) -> in.asyncReadSome(target, spoiling(h, CancellationType.PARTIAL))),
        new Broken(
            "types that were not promised are honoured",
            "N6.4",
            Subjects.pipe(
                "honouring",
                InMemoryPipe.DEFAULT_WINDOW_BYTES,
                EnumSet.of(Trait.READINESS, Trait.HALF_CLOSE),
                s -> s)),
        stream("close() ends reads with CLOSED", "N7.1", ClosesWithClosed::new),
        reads(
            "later reads are aborted",
            "N7.2",
            (in, target, h) ->
                in.asyncReadSome(target, renamed(h, StreamError.CLOSED, StreamError.ABORTED))),
        stream("the second close() throws", "N7.3", ThrowsOnSecondClose::new),
        stream("a peer's end counts as closed", "N7.5", ClosedByThePeer::new),
        stream("close() is a secret", "N7.6", ClosesInSecret::new),
        stream("a stream is open after its teardown", "N8.2", s -> new OpenAfterwards(s, false)),
        stream("a teardown after the peer's end fails", "N8.5", FailsAfterEnd::new),
        stream(
            "a stream is open after a cancelled teardown",
            "N8.6",
            s -> new OpenAfterwards(s, true)),
        new Broken(
            "more is accepted than the stated window",
            "N11.1",
            Subjects.pipe(
                "unbounded",
                (int) (2 * Subjects.WINDOW_BYTES),
                EnumSet.complementOf(EnumSet.of(Trait.LISTEN)),
                s -> s)),
        executors(
            "execute() runs tasks of its own thread at once",
            "A10.1",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public void execute(Runnable task) {
                    inner.dispatch(task);
                  }
                }),
        executors(
            "every other task is late",
            "A10.2",
            inner ->
                new BentExecutor(inner) {
                  private final AtomicBoolean other = new AtomicBoolean();

                  @Override
                  public void execute(Runnable task) {
                    boolean late =
                        other.compareAndSet(false, true) || !other.compareAndSet(true, false);
                    inner.execute(late ? () -> inner.execute(task) : task);
                  }
                }),
        executors(
            "dispatch() always posts",
            "A10.3",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public void dispatch(Runnable task) {
                    inner.execute(task);
                  }
                }),
        executors(
            "timers cannot be called off",
            "A10.4",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public Timer schedule(Duration delay, Runnable task) {
                    AtomicBoolean said = new AtomicBoolean();
                    inner.schedule(
                        delay,
                        () -> {
                          said.set(true);
                          task.run();
                        });
                    return () -> said.compareAndSet(false, true);
                  }
                }),
        executors(
            "buffers are lent with a limit",
            "A10.5",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public BufferPool buffers() {
                    BufferPool pool = inner.buffers();
                    return new BufferPool() {
                      @Override
                      public ByteBuffer acquire(int minBytes) {
                        return pool.acquire(minBytes).limit(minBytes);
                      }

                      @Override
                      public void release(ByteBuffer buffer) {
                        pool.release(buffer);
                      }
                    };
                  }
                }),
        executors(
            "buffers are shown as longs of a smaller one",
            "A10.5",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public BufferPool buffers() {
                    BufferPool pool = inner.buffers();
                    return new BufferPool() {
                      @Override
                      public ByteBuffer acquire(int minBytes) {
                        return pool.acquire(minBytes);
                      }

                      @Override
                      public void release(ByteBuffer buffer) {
                        pool.release(buffer);
                      }

                      @Override
                      public LongBuffer longs(ByteBuffer buffer) {
                        return buffer.slice(8, buffer.capacity() - 8).asLongBuffer();
                      }
                    };
                  }
                }),
        stream(
            "executor() is another one each time",
            "N9.3",
            s ->
                new Bent(s) {
                  @Override
                  public StreamExecutor executor() {
                    return new BentExecutor(inner.executor());
                  }
                }),
        stream(
            "layer() does not find the stream itself",
            "N10.1",
            s ->
                new Bent(s) {
                  @Override
                  public <T> T layer(Class<T> type) {
                    return inner.layer(type);
                  }
                }),
        stream(
            "layer() throws for what is not there",
            "N10.1",
            s ->
                new Bent(s) {
                  @Override
                  public <T> T layer(Class<T> type) {
                    return java.util.Objects.requireNonNull(super.layer(type));
                  }
                }),
        stream("toString() tells what was written", "N10.2", Talkative::new),
        stream(
            "toString() is that of Object",
            "N10.3",
            s ->
                new Bent(s) {
                  @Override
                  public String toString() {
                    return getClass().getName() + "@" + Integer.toHexString(hashCode());
                  }
                }),
        stream("a thread for each stream lives on", "N12.1", Leaks::thread),
        stream("a file for each stream stays open", "N12.2", Leaks::descriptor),
        stream("streams stay in a registry", "N12.3", Leaks::registry));
  }

  private static IoHandler renamed(IoHandler handler, StreamError from, StreamError to) {
    return handler == null
        ? null
        : Rewired.error(
            handler, e -> Rewired.is(e, from) ? new StreamException(to, e.getMessage()) : e);
  }

  private static IoHandler spoiling(IoHandler handler, CancellationType type) {
    return handler == null ? null : Rewired.cancelling(handler, type, CancellationType.TERMINAL);
  }

  /** Remembers whether the end was seen. */
  private abstract static class SeesEnd extends Bent {
    volatile boolean ended;

    SeesEnd(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      inner.asyncReadSome(
          target,
          handler == null
              ? null
              : Rewired.error(
                  handler,
                  e -> {
                    ended |= Rewired.is(e, StreamError.EOF);
                    return e;
                  }));
    }
  }

  private static final class EndOnce extends SeesEnd {
    EndOnce(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (!ended || !inner.isOpen()) {
        super.asyncReadSome(target, handler);
      } // else it waits for what cannot come
    }
  }

  private static final class EndOfBoth extends SeesEnd {
    EndOfBoth(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (ended && inner.isOpen()) {
        inner.asyncWriteSome(
            new ByteBuffer[0],
            new Rewired(handler) {
              @Override
              public void completed(IOException error, long bytes) {
                inner.completed(new StreamException(StreamError.RESET, "it has ended"), 0);
              }
            });
      } else {
        inner.asyncWriteSome(sources, handler);
      }
    }
  }

  private static final class ClosedByThePeer extends SeesEnd {
    ClosedByThePeer(AsyncStream inner) {
      super(inner);
    }

    @Override
    public boolean isOpen() {
      return !ended && inner.isOpen();
    }
  }

  private static final class FailsAfterEnd extends SeesEnd {
    FailsAfterEnd(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      inner.asyncTeardown(
          role,
          new Rewired(handler) {
            @Override
            public void completed(IOException error, long bytes) {
              boolean bend = ended && error == null;
              inner.completed(
                  bend ? new StreamException(StreamError.RESET, "it has ended") : error, bytes);
            }
          });
    }
  }

  private static final class ClosesWithClosed extends Bent {
    ClosesWithClosed(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      inner.asyncReadSome(
          target,
          handler == null
              ? null
              : Rewired.error(
                  handler,
                  e ->
                      e instanceof StreamException known
                              && known.error() == StreamError.ABORTED
                              && known.cancellation() == null
                              && !inner.isOpen()
                          ? new StreamException(StreamError.CLOSED, "closed")
                          : e));
    }
  }

  private static final class ThrowsOnSecondClose extends Bent {
    private final AtomicBoolean closed = new AtomicBoolean();

    ThrowsOnSecondClose(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void close() {
      if (!closed.compareAndSet(false, true)) {
        throw new IllegalStateException("closed already");
      }
      inner.close();
    }
  }

  private static final class ClosesInSecret extends Bent {
    ClosesInSecret(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void close() {
      InMemoryStream stream = inner.layer(InMemoryStream.class);
      if (stream != null && stream.isOpen()) {
        stream.faults().loseEnd(Direction.OUTBOUND);
      }
      inner.close();
    }
  }

  private static final class OpenAfterwards extends Bent {
    private final boolean whenCancelled;
    private volatile boolean pretends;

    OpenAfterwards(AsyncStream inner, boolean whenCancelled) {
      super(inner);
      this.whenCancelled = whenCancelled;
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      inner.asyncTeardown(
          role,
          handler == null
              ? null
              : new Rewired(handler) {
                @Override
                public void completed(IOException error, long bytes) {
                  pretends = whenCancelled == (error != null);
                  inner.completed(error, bytes);
                }
              });
    }

    @Override
    public boolean isOpen() {
      return pretends || inner.isOpen();
    }
  }

  private static final class Talkative extends Bent {
    private volatile String last = "";

    Talkative(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (sources.length > 0 && sources[0] != null) {
        last =
            java.nio.charset.StandardCharsets.ISO_8859_1.decode(sources[0].duplicate()).toString();
      }
      inner.asyncWriteSome(sources, handler);
    }

    @Override
    public String toString() {
      return inner + " after " + last;
    }
  }
}
