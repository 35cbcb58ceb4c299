// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up on threads of its own, since the system's resolver blocks. The threads end when
 * nothing was asked for a while.
 */
class NameResolver {
  private static final int MAX_THREADS = 8;
  private static final long IDLE_SECONDS = 5;

  private static final AtomicInteger THREADS = new AtomicInteger();

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          body -> SelectorLoop.daemon("plywire-resolver-" + THREADS.incrementAndGet(), body));

  static {
    POOL.allowCoreThreadTimeOut(true);
  }

  /** The system's resolver. */
  static final NameResolver SYSTEM = new NameResolver();

  /**
   * Asks for the addresses of a host.
   *
   * @param callback gets the addresses or why there are none; on any thread, or here and now when
   *     the host is an address itself
   * @return takes the question back if nobody has begun with it; the callback may run all the same
   */
  final Runnable resolve(
      String host, BiConsumer<InetAddress @Nullable [], @Nullable UnknownHostException> callback) {
    Runnable question =
        () -> {
          InetAddress[] addresses = null;
          UnknownHostException failure = null;
          try {
            addresses = lookUp(host);
          } catch (UnknownHostException e) {
            failure = e;
          } catch (RuntimeException e) {
            failure = new UnknownHostException(host + ": " + e);
            failure.initCause(e);
          }
          callback.accept(addresses, failure);
        };
    if (isLiteral(host)) {
      question.run();
      return () -> {};
    }
    POOL.execute(question);
    return () -> POOL.remove(question);
  }

  /** Blocks until the system has an answer. */
  InetAddress[] lookUp(String host) throws UnknownHostException {
    return InetAddress.getAllByName(host);
  }

  /** Returns whether the host is certainly an address, so that looking it up does not block. */
  static boolean isLiteral(String host) {
    if (host.indexOf(':') >= 0) {
      // No name contains a colon. A scope (fe80::1%eth0) would have to be looked up.
      return host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
    }
    String[] parts = host.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean number =
          !part.isEmpty()
              && part.length() <= 3
              && part.chars().allMatch(c -> c >= '0' && c <= '9')
              && Integer.parseInt(part) <= 255;
      if (!number) {
        return false;
      }
    }
    return true;
  }
}
