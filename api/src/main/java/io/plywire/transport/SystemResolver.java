// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import io.plywire.stream.Handler;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks names up on threads of its own, since the system's resolver blocks. The threads end when
 * nothing was asked for a while.
 */
final class SystemResolver implements Resolver {
  static final Resolver INSTANCE = new SystemResolver();

  private static final int MAX_THREADS = 8;
  private static final long IDLE_SECONDS = 5;

  private final AtomicInteger threads = new AtomicInteger();
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          this::thread);

  private SystemResolver() {
    pool.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable body) {
    Thread thread = new Thread(body, "plywire-resolver-" + threads.incrementAndGet());
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // nobody's: it outlives who asks first
    return thread;
  }

  @Override
  public void asyncResolve(String host, Handler<List<InetAddress>> handler) {
    Runnable question = () -> answer(host, handler);
    handler
        .cancellationSlot()
        .assign(
            (id, type) -> {
              if (pool.remove(question)) {
                handler.completed(
                    StreamException.cancelled(type, "looking up " + host + " was cancelled"), null);
              }
            },
            0);
    pool.execute(question);
  }

  private static void answer(String host, Handler<List<InetAddress>> handler) {
    List<InetAddress> found = null;
    IOException failure = null;
    try {
      found = List.of(InetAddress.getAllByName(host));
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = new UnknownHostException(host + ": " + e);
      failure.initCause(e);
    }
    handler.completed(failure, found);
  }
}
