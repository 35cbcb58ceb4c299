// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.BufferPool;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Probe;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Where handlers run, and what runs them: A4, A10, N9. */
final class Executors {
  private Executors() {}

  static List<Experiment> all() {
    return List.of(
        check("A4.1", "handlersRunOnTheirOwnExecutor", Executors::ownExecutor),
        check("A4.1", "abortedHandlersRunOnTheirOwnExecutor", Executors::ownExecutorAborted),
        check("A10.1", "executeNeverRunsInsideTheCall", Executors::executePosts),
        check("A10.2", "oneTaskAtATimeInOrder", Executors::oneAtATime),
        check("A10.3", "isCurrentIsTrueWithinTasksOnly", Executors::isCurrent),
        check("A10.4", "timersRunInTheirOrder", Timers::inOrder),
        check("A10.4", "manyTimersOfWhichSomeAreCalledOff", Timers::manyInOrder),
        check("A10.4", "timeIsThatOfTheTimers", Timers::time),
        check("A10.4", "timersThatWereCalledOffDoNotRun", Timers::calledOff),
        check("A10.5", "buffersAreDirectClearedAndLargeEnough", Executors::buffers),
        check("A10.6", "handlerThatThrowsEndsItsStreamAndNothingElse", Executors::throwingHandler),
        check("N9.1", "handlersRunOnTheExecutor", Executors::affinity),
        check("N9.2", "whatHappenedBeforeIsVisible", Executors::happensBefore),
        check("N9.3", "executorIsAlwaysTheSame", Executors::sameExecutor));
  }

  // That they run there is watched in every operation.
  private static void ownExecutor(Scene scene) throws Exception {
    Link link = scene.link();
    Probe own = own(scene);
    Outcome<Void> write = link.client().outcome("write").on(own);
    link.client().write(write, link.client().next(2));
    Outcome<Void> read = link.server().outcome("read").on(own);
    link.server().read(ByteBuffer.allocate(1), read);
    write.ended();
    read.ended();
    Outcome<Void> inside = link.client().outcome("write").on(own);
    link.client().run(() -> link.client().write(inside));
    inside.ended();
  }

  private static void ownExecutorAborted(Scene scene) throws Exception {
    Link link = scene.link();
    Probe own = own(scene);
    Outcome<Void> read = link.server().outcome("read").on(own);
    link.server().read(ByteBuffer.allocate(1), read);
    Outcome<Void> late = link.server().outcome("late read").on(own);
    link.server().close();
    read.ended();
    link.server().read(ByteBuffer.allocate(1), late);
    late.ended();
  }

  /** Returns an executor for handlers that is nobody else's. */
  static Probe own(Scene scene) {
    ExecutorService own =
        java.util.concurrent.Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body, "tck-own");
              thread.setDaemon(true);
              return thread;
            });
    scene.closing(() -> own.shutdown());
    return new Probe(own);
  }

  private static void executePosts(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    Thread caller = Thread.currentThread();
    AtomicBoolean inside = new AtomicBoolean(true);
    CountDownLatch done = new CountDownLatch(1);
    AtomicBoolean ranInside = new AtomicBoolean();
    executor.execute(
        () -> {
          ranInside.set(inside.get() && Thread.currentThread() == caller);
          done.countDown();
        });
    inside.set(false);
    scene.await(done, scene.rule(), "a task that was posted from outside ran");
    scene.check(!ranInside.get(), "a task ran inside execute() of an outside thread");
    scene.run(
        executor,
        () -> {
          AtomicBoolean ran = new AtomicBoolean();
          executor.execute(() -> ran.set(true));
          scene.check(!ran.get(), "a task ran inside execute() of another task");
        });
  }

  private static void oneAtATime(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    int each = 2000;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger disorder = new AtomicInteger();
    AtomicInteger overlap = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(3 * each);
    List<Runnable> posters = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      int[] next = {0};
      posters.add(
          () -> {
            for (int i = 0; i < each; i++) {
              int number = i;
              executor.execute(
                  () -> {
                    overlap.addAndGet(running.incrementAndGet() - 1);
                    disorder.addAndGet(next[0]++ == number ? 0 : 1);
                    running.decrementAndGet();
                    done.countDown();
                  });
            }
          });
    }
    scene.racers().race(posters.toArray(Runnable[]::new));
    scene.await(done, scene.rule(), "all tasks that three threads posted ran");
    scene.check(overlap.get() == 0, "%d tasks ran at the same time as another", overlap.get());
    scene.check(disorder.get() == 0, "%d tasks ran out of their order", disorder.get());
  }

  private static void isCurrent(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    scene.check(!executor.isCurrent(), "isCurrent() is true on a thread of the test");
    scene.check(scene.call(executor, executor::isCurrent), "isCurrent() is false within a task");
    AtomicBoolean dispatched = new AtomicBoolean();
    scene.run(
        executor,
        () -> {
          executor.dispatch(() -> dispatched.set(true));
          scene.check(dispatched.get(), "dispatch() within a task did not run at once");
        });
  }

  private static void buffers(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    scene.run(
        executor,
        () -> {
          BufferPool pool = executor.buffers();
          for (int round = 0; round < 2; round++) {
            for (int size : new int[] {1, 100, 5000, 100_000}) {
              ByteBuffer lent = pool.acquire(size);
              ByteBuffer other = pool.acquire(size);
              scene.check(
                  lent.isDirect()
                      && lent.position() == 0
                      && lent.limit() == lent.capacity()
                      && lent.capacity() >= size
                      && lent.order() == ByteOrder.BIG_ENDIAN,
                  "asked for %d bytes and got %s, %s",
                  size,
                  lent,
                  lent.order());
              lent.put(0, (byte) 1);
              other.put(0, (byte) 2);
              scene.check(lent.get(0) == 1, "the same memory was lent twice");
              checkLongs(scene, pool, lent);
              lent.position(1).order(ByteOrder.LITTLE_ENDIAN);
              pool.release(lent);
              pool.release(other);
            }
          }
        });
  }

  private static void checkLongs(Scene scene, BufferPool pool, ByteBuffer lent) {
    LongBuffer longs = pool.longs(lent);
    if (longs == null) {
      return;
    }
    scene.check(
        longs.capacity() == lent.capacity() / Long.BYTES && longs.limit() == longs.capacity(),
        "a buffer of %d bytes was shown as %s",
        lent.capacity(),
        longs);
    lent.order(ByteOrder.nativeOrder());
    for (int i = 0; i < longs.capacity(); i++) {
      lent.putLong(i * Long.BYTES, ~i);
      scene.check(longs.get(i) == ~i, "the long at %d is not that of the buffer", i);
    }
    scene.check(pool.longs(lent.duplicate()) == null, "a duplicate was taken for the buffer");
  }

  /** An exception without the stack trace that would only fill logs. */
  private static final class OnPurpose extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OnPurpose() {
      super("thrown by a check of the TCK, on purpose", null, false, false);
    }
  }

  static void throwOnPurpose() {
    throw new OnPurpose();
  }

  private static void throwingHandler(Scene scene) throws Exception {
    Link link = scene.link();
    link.server()
        .raw()
        .asyncReadSome(
            ByteBuffer.allocate(1),
            (error, bytes) -> {
              throw new OnPurpose();
            });
    ByteBuffer[] one = {ByteBuffer.allocate(1)};
    link.client().raw().asyncWriteSome(one, (error, bytes) -> {});
    link.client().read(1).ended();
    if (link.server().raw().isOpen()) {
      throw scene.violation(scene.rule(), "a stream whose handler threw is open");
    }
    Link other = scene.link();
    other.server().write(1).success();
    other.client().read(1).success();
  }

  private static void affinity(Scene scene) throws Exception {
    // Where each handler runs is watched for every operation; here they come from everywhere.
    Link link = scene.link();
    Outcome<Void> pending = link.server().read(10);
    link.client().writeOne();
    pending.success();
    link.client().run(() -> link.client().write(1));
    link.server().read(10).success();
    Outcome<Void> aborted = link.server().read(10);
    Outcome<Void> ended = link.client().waitReadable();
    link.server().teardown(Role.SERVER);
    aborted.ended();
    ended.ended();
    link.server().close();
    link.server().read(1).ended();
  }

  private static void happensBefore(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    int[] plain = {0};
    for (int i = 1; i <= scene.environment().rounds(); i++) {
      int expected = i;
      plain[0] = i;
      side.write(
              side.outcome("write")
                  .then(
                      () ->
                          scene.check(
                              plain[0] == expected, "the handler saw an old value: %d", plain[0])))
          .ended();
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very same executor
  private static void sameExecutor(Scene scene) throws Exception {
    Link link = scene.link();
    StreamExecutor before = link.client().executor();
    link.converse();
    scene.check(link.client().executor() == before, "executor() changed with use");
    link.client().close();
    scene.check(link.client().executor() == before, "executor() changed with close()");
  }
}
