// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The graceful end of a server: says goodbye to one connection after the other, and counts. */
final class ServerShutdown {
  private final StreamExecutor executor;
  private final CloseReason reason;
  private final Duration spread;
  private final Duration limit;
  private final Handler<ShutdownReport> handler;
  private final long begun; // when it was asked for, however late the executor comes to it
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger brokenOff = new AtomicInteger();
  private final AtomicInteger aborted = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger(1); // the one is for the beginning itself

  // On the executor only.
  private List<ServerConnection> all = List.of();
  private int told;
  private StreamExecutor.@Nullable Timer nextGoodbye;
  private StreamExecutor.@Nullable Timer deadline;

  /**
   * Makes one.
   *
   * @param executor where it does what it does
   */
  ServerShutdown(
      StreamExecutor executor,
      CloseReason reason,
      Duration spread,
      Duration limit,
      Handler<ShutdownReport> handler) {
    this.executor = executor;
    this.reason = reason;
    this.spread = spread;
    this.limit = limit;
    this.handler = handler;
    this.begun = executor.nanoTime();
  }

  /** There are so many connections; before {@link #left} is called for any of them. */
  void expect(int connections) {
    left.addAndGet(connections);
  }

  /** Begins; on any thread. */
  void begin(List<ServerConnection> connections) {
    executor.execute(
        () -> {
          all = connections;
          if (!all.isEmpty()) {
            Duration left = limit.minusNanos(executor.nanoTime() - begun);
            deadline =
                executor.schedule(
                    left.isNegative() ? Duration.ZERO : left,
                    () -> all.forEach(ServerConnection::abort));
            sayGoodbye();
          }
          count();
        });
  }

  /** Says goodbye to those whose time has come. */
  private void sayGoodbye() {
    long since = executor.nanoTime() - begun;
    long apart = spread.toNanos() / all.size();
    while (told < all.size() && told * apart <= since) {
      all.get(told++).leave(reason);
    }
    nextGoodbye =
        told == all.size()
            ? null
            : executor.schedule(Duration.ofNanos(told * apart - since), this::sayGoodbye);
  }

  /** A connection has ended; on any thread. */
  void left(@Nullable CloseOutcome outcome, boolean cutOff) {
    if (cutOff) {
      aborted.incrementAndGet();
    } else if (outcome != null && outcome.handshakeComplete()) {
      closed.incrementAndGet();
    } else {
      brokenOff.incrementAndGet();
    }
    count();
  }

  private void count() {
    if (left.decrementAndGet() == 0) {
      executor.execute(this::finish);
    }
  }

  private void finish() {
    if (nextGoodbye != null) {
      nextGoodbye.cancel();
    }
    if (deadline != null) {
      deadline.cancel();
    }
    all = List.of();
    Completions.later(
        handler, executor, null, new ShutdownReport(closed.get(), brokenOff.get(), aborted.get()));
  }
}
