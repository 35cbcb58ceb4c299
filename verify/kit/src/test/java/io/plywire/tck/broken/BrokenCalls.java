// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tck.broken.Broken.reads;
import static io.plywire.tck.broken.Broken.stream;
import static io.plywire.tck.broken.Broken.teardowns;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Completions;
import io.plywire.stream.Initiation;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/** Defects in who may call, in the styles of calls, and in what close() does to its caller. */
final class BrokenCalls {
  private BrokenCalls() {}

  static List<Broken> all() {
    return List.of(
        teardowns("teardowns are for the stream's own thread", "A1.2", BrokenCalls::confined),
        stream("completions are delivered by a method that calls itself", "A3.3", Recursive::new),
        stream(
            "waits know no style but handlers",
            "A6.1",
            s ->
                new Bent(s) {
                  @Override
                  public <R, X extends Exception> R asyncWait(
                      WaitType type, CompletionToken<Void, R, X> token) {
                    throw new UnsupportedOperationException("use a handler");
                  }
                }),
        stream(
            "deferred writes start by themselves",
            "A6.1",
            s ->
                new Bent(s) {
                  @Override
                  public <R, X extends Exception> R asyncWriteSome(
                      ByteBuffer[] sources, CompletionToken<Long, R, X> token) throws X {
                    CompletableFuture<Long> eager = inner.asyncWriteSome(sources, useFuture());
                    return token.initiate(
                        Initiation.of(
                            executor(),
                            handler ->
                                eager.thenAccept(
                                    n -> Completions.post(handler, executor(), null, n))));
                  }
                }),
        reads("a handler that throws leaves its stream open", "A10.6", BrokenCalls::forgiving),
        stream("the failure of a large write is swallowed", "N4.4", Swallowing::new),
        stream("close() waits until all has been written", "N7.4", Flushing::new),
        stream("close() runs the handler of a read", "N7.7", ClosesInside::new),
        teardowns(
            "a peer that never stops is drained for ever",
            "N8.4",
            (in, role, h) -> in.asyncTeardown(role, draining(h))));
  }

  private static void confined(AsyncStream in, Role role, IoHandler handler) {
    if (role != null && in.isOpen() && !in.executor().isCurrent()) {
      throw new IllegalStateException("not on the stream's thread");
    }
    in.asyncTeardown(role, handler);
  }

  private static final class Recursive extends Bent {
    // On the executor only.
    private final Queue<Runnable> ready = new ArrayDeque<>();
    private boolean delivering;

    Recursive(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (handler == null
          || handler.executor() != null
          || handler.immediateExecutor() != null
          || !executor().isCurrent()) {
        inner.asyncReadSome(target, handler);
        return;
      }
      inner.asyncReadSome(
          target,
          new Rewired(handler) {
            @Override
            public Executor immediateExecutor() {
              return InlineExecutor.instance();
            }

            @Override
            public void completed(IOException error, long bytes) {
              ready.add(() -> inner.completed(error, bytes));
              if (!delivering) {
                delivering = true;
                Recursive.this.executor().execute(Recursive.this::deliver);
              }
            }
          });
    }

    private void deliver() {
      Runnable next = ready.poll();
      if (next == null) {
        delivering = false;
      } else {
        next.run();
        deliver();
      }
    }
  }

  private static void forgiving(AsyncStream in, ByteBuffer target, IoHandler handler) {
    in.asyncReadSome(
        target,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            try {
              inner.completed(error, bytes);
            } catch (RuntimeException e) {
              // It happens.
            }
          }
        });
  }

  private static final class Swallowing extends Bent {
    private static final int LARGE = 1000;

    Swallowing(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      boolean large =
          handler != null
              && sources.length == 1
              && sources[0] != null
              && sources[0].remaining() >= LARGE;
      inner.asyncWriteSome(sources, large ? swallowing(sources[0], handler) : handler);
    }

    private static IoHandler swallowing(ByteBuffer source, IoHandler handler) {
      return new Rewired(handler) {
        @Override
        public void completed(IOException error, long bytes) {
          if (Rewired.is(error, StreamError.RESET) && bytes == 0) {
            int all = source.remaining();
            source.position(source.limit());
            inner.completed(null, all);
          } else {
            inner.completed(error, bytes);
          }
        }
      };
    }
  }

  private static final class Flushing extends Bent {
    private volatile CountDownLatch writing = new CountDownLatch(0);

    Flushing(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (handler == null || writing.getCount() > 0) {
        inner.asyncWriteSome(sources, handler); // which it refuses
        return;
      }
      CountDownLatch done = new CountDownLatch(1);
      inner.asyncWriteSome(
          sources,
          new Rewired(handler) {
            @Override
            public void completed(IOException error, long bytes) {
              done.countDown();
              inner.completed(error, bytes);
            }
          });
      writing = done;
    }

    @Override
    public void close() {
      try {
        if (!executor().isCurrent()) {
          writing.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the kit has given up on us
      }
      inner.close();
    }
  }

  /** A read that waits is ended within close() if that is called on the executor. */
  private static final class ClosesInside extends Bent {
    private volatile Claimed reading;

    ClosesInside(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (handler != null && handler.executor() != null) {
        inner.asyncReadSome(target, handler); // or it would run in the wrong place, too
        return;
      }
      Claimed before = reading;
      Claimed claimed = handler == null ? null : new Claimed(handler);
      reading = claimed;
      boolean started = false;
      try {
        inner.asyncReadSome(target, claimed);
        started = true;
      } catch (ReadPendingException e) {
        if (inner.isOpen()) {
          throw e;
        }
        // The read whose handler ran too early is about to end.
        executor().execute(() -> asyncReadSome(target, handler));
      } finally {
        if (!started) {
          reading = before;
        }
      }
    }

    @Override
    public void close() {
      boolean wasOpen = inner.isOpen();
      inner.close();
      Claimed waiting = reading;
      if (wasOpen && waiting != null && executor().isCurrent()) {
        waiting.completed(new StreamException(StreamError.ABORTED, "closed"), 0);
      }
    }

    private final class Claimed extends Rewired {
      private boolean done;

      Claimed(IoHandler handler) {
        super(handler);
      }

      @Override
      public void completed(IOException error, long bytes) {
        synchronized (this) {
          if (done) {
            return;
          }
          done = true;
          reading = null;
        }
        inner.completed(error, bytes);
      }
    }
  }

  private static IoHandler draining(IoHandler handler) {
    return handler == null
        ? null
        : new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            if (!Rewired.is(error, StreamError.EXHAUSTED)) {
              inner.completed(error, bytes);
            } // else it goes on and on
          }
        };
  }
}
