// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.Broken.reads;
import static io.plywire.tck.broken.Broken.stream;
import static io.plywire.tck.broken.Broken.teardowns;
import static io.plywire.tck.broken.Broken.waits;
import static io.plywire.tck.broken.Broken.writes;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Completions;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Defects in how operations are initiated, completed and cancelled. */
final class BrokenCompletions {
  private BrokenCompletions() {}

  static List<Broken> all() {
    return List.of(
        waits("a wait blocks its caller", "A1.1", BrokenCompletions::blocking),
        reads(
            "reads complete twice",
            "A2.1",
            (in, target, h) -> in.asyncReadSome(target, twice(in, h))),
        teardowns(
            "teardowns complete twice",
            "A2.1",
            (in, role, h) -> in.asyncTeardown(role, twice(in, h))),
        reads(
            "data that is there is delivered inside the call",
            "A3.1",
            (in, target, h) ->
                in.asyncReadSome(
                    target,
                    h.immediateExecutor() != null ? h : immediately(h, InlineExecutor.instance()))),
        writes(
            "a write completes inside the call",
            "A3.1",
            (in, sources, h) ->
                in.asyncWriteSome(
                    sources,
                    h.immediateExecutor() != null ? h : immediately(h, InlineExecutor.instance()))),
        reads("a closed stream refuses inside the call", "A3.1", BrokenCompletions::refusingInside),
        writes(
            "every immediate executor is taken for the inline one",
            "A3.2",
            (in, sources, h) ->
                in.asyncWriteSome(
                    sources,
                    h.immediateExecutor() == null ? h : immediately(h, InlineExecutor.instance()))),
        reads(
            "the handler's own executor is not asked",
            "A4.1",
            (in, target, h) -> in.asyncReadSome(target, on(h, null))),
        stream("reading is free again after the handler only", "A5.1", StillPending::new),
        stream(
            "a null handler is accepted",
            "A7.1",
            s ->
                new Bent(s) {
                  @Override
                  public void asyncReadSome(ByteBuffer target, IoHandler h) {
                    inner.asyncReadSome(target, h == null ? (e, n) -> {} : h);
                  }
                }),
        reads(
            "a read-only target completes with nothing",
            "A7.1",
            (in, target, h) ->
                in.asyncReadSome(target.isReadOnly() ? ByteBuffer.allocate(0) : target, h)),
        reads(
            "a second read throws and completes", "A7.2", BrokenCompletions::throwingAndCompleting),
        reads(
            "the end is an IOException without a code",
            "A8.1",
            (in, target, h) ->
                in.asyncReadSome(
                    target,
                    Rewired.error(
                        h, e -> Rewired.is(e, StreamError.EOF) ? new IOException("end") : e))),
        reads(
            "errors have no message",
            "A8.1",
            (in, target, h) ->
                in.asyncReadSome(
                    target,
                    Rewired.error(h, e -> new StreamException(((StreamException) e).error(), "")))),
        reads(
            "signals carry stack traces",
            "A8.2",
            (in, target, h) ->
                in.asyncReadSome(
                    target, Rewired.error(h, e -> ((OperationException) e).thrownHere()))),
        reads(
            "a request on the executor completes the read at once",
            "A9.1",
            (in, target, h) -> in.asyncReadSome(target, cancelledInside(in, target, h))),
        stream("a late request hits the next read", "A9.2", StaleRequests::new),
        reads(
            "the error does not name the type",
            "A9.3",
            (in, target, h) ->
                in.asyncReadSome(
                    target,
                    Rewired.error(
                        h,
                        e ->
                            Rewired.is(e, StreamError.ABORTED)
                                ? new StreamException(StreamError.ABORTED, "aborted")
                                : e))),
        reads(
            "a request is heard from the executor's turn on",
            "A9.4",
            (in, target, h) -> in.asyncReadSome(target, heardLate(in, h))),
        reads(
            "handlers run on a foreign thread",
            "N9.1",
            (in, target, h) ->
                in.asyncReadSome(target, h.executor() == null ? on(h, FOREIGN) : h)));
  }

  static final Executor FOREIGN =
      Executors.newSingleThreadExecutor(
          body -> {
            Thread thread = new Thread(body, "foreign");
            thread.setDaemon(true);
            return thread;
          });

  private static void blocking(AsyncStream in, IoHandler handler) {
    CountDownLatch done = new CountDownLatch(1);
    in.asyncWait(
        WaitType.READ,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            done.countDown();
            inner.completed(error, bytes);
          }
        });
    if (!in.executor().isCurrent()) {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the kit has given up on us
      }
    }
  }

  private static IoHandler twice(AsyncStream in, IoHandler handler) {
    return new Rewired(handler) {
      @Override
      public void completed(IOException error, long bytes) {
        Completions.post(inner, in.executor(), error, bytes);
        inner.completed(error, bytes);
      }
    };
  }

  private static IoHandler immediately(IoHandler handler, Executor immediate) {
    return new Rewired(handler) {
      @Override
      public Executor immediateExecutor() {
        return immediate;
      }
    };
  }

  private static IoHandler on(IoHandler handler, Executor own) {
    return new Rewired(handler) {
      @Override
      public Executor executor() {
        return own;
      }
    };
  }

  private static void refusingInside(AsyncStream in, ByteBuffer target, IoHandler handler) {
    if (in.isOpen()) {
      in.asyncReadSome(target, handler);
    } else {
      handler.completed(new StreamException(StreamError.CLOSED, "closed"), 0);
    }
  }

  private static void throwingAndCompleting(AsyncStream in, ByteBuffer target, IoHandler handler) {
    try {
      in.asyncReadSome(target, handler);
    } catch (ReadPendingException e) {
      in.executor().execute(() -> handler.completed(new StreamException(StreamError.IO, "no"), 0));
      throw e;
    }
  }

  private static final class StillPending extends Bent {
    private volatile boolean reading;

    StillPending(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (reading) {
        throw new ReadPendingException("asyncReadSome");
      }
      inner.asyncReadSome(
          target,
          new Rewired(handler) {
            @Override
            public void completed(IOException error, long bytes) {
              inner.completed(error, bytes);
              reading = false;
            }
          });
      reading = true;
    }
  }

  /** Completes inside emit() if that is called on the executor. */
  private static IoHandler cancelledInside(AsyncStream in, ByteBuffer target, IoHandler handler) {
    int position = target.position(); // if it has moved, the read is done and its handler due
    CancellationSignal signal = new CancellationSignal();
    Rewired claimed =
        new Rewired(handler) {
          private boolean done;

          @Override
          public CancellationSlot cancellationSlot() {
            return signal.slot();
          }

          @Override
          public void completed(IOException error, long bytes) {
            if (!done) {
              done = true;
              inner.cancellationSlot().clear();
              inner.completed(error, bytes);
            }
          }
        };
    handler
        .cancellationSlot()
        .assign(
            (id, type) -> {
              signal.emit(type);
              if (in.executor().isCurrent() && target.position() == position) {
                claimed.completed(StreamException.cancelled(type, "cancelled at once"), 0);
              }
            },
            0);
    return claimed;
  }

  private static final class StaleRequests extends Bent {
    private final CancellationSignal ofWhateverIsRead = new CancellationSignal();

    StaleRequests(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      handler.cancellationSlot().assign((id, type) -> ofWhateverIsRead.emit(type), 0);
      inner.asyncReadSome(
          target,
          new Rewired(handler) {
            @Override
            public CancellationSlot cancellationSlot() {
              return ofWhateverIsRead.slot();
            }
          });
    }
  }

  private static IoHandler heardLate(AsyncStream in, IoHandler handler) {
    CancellationSignal signal = new CancellationSignal();
    Runnable listen = () -> handler.cancellationSlot().assign((id, type) -> signal.emit(type), 0);
    if (in.executor().isCurrent()) {
      listen.run();
    } else {
      in.executor().execute(() -> in.executor().execute(listen));
    }
    return new Rewired(handler) {
      @Override
      public CancellationSlot cancellationSlot() {
        return signal.slot();
      }
    };
  }
}
