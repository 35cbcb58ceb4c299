// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.Durations;
import io.plywire.tck.internal.lab.Scene;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An executor for the work of handshakes that runs nothing until it is told to. */
final class HeldWork implements Executor {
  private static final long LOOK_AGAIN_MILLIS = 1;

  private final Scene scene;
  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

  private HeldWork(Scene scene) {
    this.scene = scene;
  }

  /** Makes one whose work is run at the latest when the check is over: nothing may wait for it. */
  static HeldWork of(Scene scene) {
    HeldWork work = new HeldWork(scene);
    scene.closing(work::runAll);
    return work;
  }

  @Override
  public void execute(Runnable task) {
    scene.trace().add("test", "is given work of a handshake and holds it");
    held.add(task);
  }

  /** Waits until there is something to do. */
  void awaitSome() {
    scene.eventually(() -> !held.isEmpty(), () -> "the handshake hands over no work");
  }

  /** Runs what there is on this thread, which is no executor's. */
  void runAll() {
    for (Runnable task = held.poll(); task != null; task = held.poll()) {
      scene.trace().add("test", "does work of a handshake");
      task.run();
    }
  }

  /** Runs what comes until the condition holds. */
  void runUntil(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + scene.patience().toNanos();
    while (!done.getAsBoolean()) {
      Runnable task = held.poll(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      if (task != null) {
        scene.trace().add("test", "does work of a handshake");
        task.run();
      } else if (System.nanoTime() > deadline) {
        throw scene.violation(
            scene.rule(),
            "all work was done, and the handshakes did not end within "
                + Durations.text(scene.patience()));
      }
    }
  }
}
