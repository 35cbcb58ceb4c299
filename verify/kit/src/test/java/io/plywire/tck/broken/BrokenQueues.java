// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.Broken.executors;
import static io.plywire.tck.broken.Broken.stream;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Defects of executors that have much to do, or are several, and of requests in flight. */
final class BrokenQueues {
  /** More tasks than anybody has waiting who does not mean to. */
  private static final int BOUND = 20_000;

  private static final Set<StreamExecutor> LOOPS = ConcurrentHashMap.newKeySet();

  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "clock");
            thread.setDaemon(true);
            return thread;
          });

  private BrokenQueues() {}

  static List<Broken> all() {
    return List.of(
        stream("a request that is under way hits the next read", "A9.2", InFlight::new),
        executors("execute() blocks when many tasks wait", "A10.1", Bounded::new),
        executors(
            "execute() refuses when many tasks wait",
            "A10.1",
            inner ->
                new BentExecutor(inner) {
                  private final AtomicInteger waiting = new AtomicInteger();

                  @Override
                  public void execute(Runnable task) {
                    if (waiting.incrementAndGet() > BOUND) {
                      waiting.decrementAndGet();
                      throw new RejectedExecutionException(BOUND + " tasks wait");
                    }
                    inner.execute(
                        () -> {
                          waiting.decrementAndGet();
                          task.run();
                        });
                  }
                }),
        executors("every loop's task is a task of any loop", "A10.3", BrokenQueues::anyLoop),
        executors("a timer that is due runs though it was called off", "A10.4", DueRuns::new),
        executors("some of many timers are late once others are called off", "A10.4", Rotten::new),
        executors(
            "nanoTime() counts microseconds",
            "A10.4",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public long nanoTime() {
                    return inner.nanoTime() / 1000;
                  }
                }),
        executors(
            "a timer without delay runs though it was called off",
            "A10.4",
            inner ->
                new BentExecutor(inner) {
                  @Override
                  public Timer schedule(Duration delay, Runnable task) {
                    if (delay.isZero()) {
                      inner.execute(task);
                      AtomicBoolean asked = new AtomicBoolean();
                      return () -> asked.compareAndSet(false, true);
                    }
                    return inner.schedule(delay, task);
                  }
                }),
        executors("a task that throws is the last one", "A10.6", inner -> new Mortal(inner, false)),
        executors(
            "a timer's task that throws is the last one",
            "A10.6",
            inner -> new Mortal(inner, true)));
  }

  private static StreamExecutor anyLoop(StreamExecutor inner) {
    LOOPS.add(inner);
    return new BentExecutor(inner) {
      @Override
      public boolean isCurrent() {
        return LOOPS.stream().anyMatch(StreamExecutor::isCurrent);
      }
    };
  }

  /** Looks whether the read has ended when it is asked, and not when the request arrives. */
  private static final class InFlight extends Bent {
    private final CancellationSignal ofWhateverIsRead = new CancellationSignal();

    InFlight(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (handler == null) {
        inner.asyncReadSome(target, (IoHandler) null);
        return;
      }
      AtomicBoolean done = new AtomicBoolean();
      handler
          .cancellationSlot()
          .assign(
              (id, type) -> {
                if (!done.get()) {
                  executor().execute(() -> ofWhateverIsRead.emit(type));
                }
              },
              0);
      inner.asyncReadSome(
          target,
          new Rewired(handler) {
            @Override
            public CancellationSlot cancellationSlot() {
              return ofWhateverIsRead.slot();
            }

            @Override
            public void completed(IOException error, long bytes) {
              done.set(true);
              inner.completed(error, bytes);
            }
          });
    }
  }

  private static final class Bounded extends BentExecutor {
    private final Semaphore places = new Semaphore(BOUND);

    Bounded(StreamExecutor inner) {
      super(inner);
    }

    @Override
    public void execute(Runnable task) {
      places.acquireUninterruptibly();
      inner.execute(
          () -> {
            places.release();
            task.run();
          });
    }
  }

  /** Timers of a clock that is somewhere else: what is due is posted, and on its way. */
  private static final class DueRuns extends BentExecutor {
    DueRuns(StreamExecutor inner) {
      super(inner);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      AtomicBoolean over = new AtomicBoolean();
      ScheduledFuture<?> expiry =
          CLOCK.schedule(
              () ->
                  inner.execute(
                      () -> {
                        over.set(true);
                        task.run();
                      }),
              Math.max(0, delay.toNanos()),
              TimeUnit.NANOSECONDS);
      return () -> {
        expiry.cancel(false);
        return over.compareAndSet(false, true);
      };
    }
  }

  private static final class Mortal extends BentExecutor {
    private final boolean byTimers;
    private volatile boolean dead;

    Mortal(StreamExecutor inner, boolean byTimers) {
      super(inner);
      this.byTimers = byTimers;
    }

    private Runnable mortal(Runnable task, boolean dies) {
      return () -> {
        if (!dead) {
          try {
            task.run();
          } catch (RuntimeException e) {
            dead = dies;
          }
        }
      };
    }

    @Override
    public void execute(Runnable task) {
      inner.execute(mortal(task, !byTimers));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return inner.schedule(delay, mortal(task, byTimers));
    }
  }

  /** Where many wait and one is called off, some of those that are left move back. */
  private static final class Rotten extends BentExecutor {
    private static final int MANY = 50;
    private static final Duration BACK = Duration.ofMillis(50);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean rotten;

    Rotten(StreamExecutor inner) {
      super(inner);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      boolean moves = waiting.incrementAndGet() % 5 == 0;
      Timer timer =
          inner.schedule(
              delay,
              () -> {
                waiting.decrementAndGet();
                if (moves && rotten) {
                  inner.schedule(BACK, task);
                } else {
                  task.run();
                }
              });
      return () -> {
        boolean calledOff = timer.cancel();
        if (calledOff && waiting.getAndDecrement() > MANY) {
          rotten = true;
        }
        return calledOff;
      };
    }
  }
}
