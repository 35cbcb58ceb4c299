// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What streams leave behind; {@link #cleanUp} is for the test, no transport would have it. */
final class Leaks {
  private static final List<AsyncStream> REGISTRY = new ArrayList<>();
  private static final List<Pipe> PIPES = new ArrayList<>();
  private static CountDownLatch threadsMayEnd = new CountDownLatch(1);

  private Leaks() {}

  static synchronized AsyncStream thread(AsyncStream stream) {
    CountDownLatch end = threadsMayEnd;
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "leaked");
    thread.setDaemon(true);
    thread.start();
    return stream;
  }

  static synchronized AsyncStream descriptor(AsyncStream stream) {
    try {
      PIPES.add(Pipe.open());
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static synchronized AsyncStream registry(AsyncStream stream) {
    REGISTRY.add(stream);
    return stream;
  }

  static synchronized void cleanUp() throws IOException {
    REGISTRY.clear();
    for (Pipe pipe : PIPES) {
      pipe.source().close();
      pipe.sink().close();
    }
    PIPES.clear();
    threadsMayEnd.countDown();
    threadsMayEnd = new CountDownLatch(1);
  }
}
