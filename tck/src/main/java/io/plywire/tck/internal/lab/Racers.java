// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Threads that start things at the same moment. */
public final class Racers {
  private static final int SPINS = 200;

  private final Scene scene;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "tck-racer");
            thread.setDaemon(true);
            return thread;
          });

  Racers(Scene scene) {
    this.scene = scene;
  }

  /** Does all of it at once and returns when all has returned. */
  public void race(Runnable... entrants) {
    AtomicInteger missing = new AtomicInteger(entrants.length);
    CountDownLatch finished = new CountDownLatch(entrants.length);
    for (Runnable entrant : entrants) {
      threads.execute(
          () -> {
            missing.decrementAndGet();
            awaitOthers(missing);
            try {
              entrant.run();
            } catch (Violation e) {
              scene.report(e);
            } catch (Throwable e) {
              scene.report(
                  scene.violation(scene.rule(), "a call of one of several threads failed", e));
            } finally {
              finished.countDown();
            }
          });
    }
    scene.await(finished, scene.rule(), "calls of several threads at once have returned");
  }

  /** Spins for a moment, and then lets the others have the processor. */
  private static void awaitOthers(AtomicInteger missing) {
    for (int spins = 0; missing.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(1_000);
      }
    }
  }

  /** Does something on a thread of its own, and does not wait for it. */
  public void start(Runnable what) {
    threads.execute(what);
  }

  /** Returns an executor that is none of the streams. */
  Executor executor() {
    return threads;
  }

  void close() {
    threads.shutdownNow();
  }
}
