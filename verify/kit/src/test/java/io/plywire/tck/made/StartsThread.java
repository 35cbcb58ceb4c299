// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.made;

import io.plywire.tck.broken.BentProvider;
import java.util.concurrent.CountDownLatch;

/** Starts its thread when it is made, whether it is needed or not. */
public final class StartsThread extends BentProvider implements AutoCloseable {
  private static volatile CountDownLatch over = new CountDownLatch(1);

  /** Starts a thread. */
  public StartsThread() {
    CountDownLatch end = over;
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "eager");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends the threads of all; for the test, as the defect is that nobody would. */
  @Override
  public void close() {
    over.countDown();
    over = new CountDownLatch(1);
  }
}
