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
  private final WebSocketServer server;
  private final StreamExecutor executor;
  private final Handler<ShutdownReport> handler;
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger brokenOff = new AtomicInteger();
  private final AtomicInteger aborted = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger(1); // the one is for the beginning itself
  private volatile StreamExecutor.@Nullable Timer deadline;

  ServerShutdown(WebSocketServer server, StreamExecutor executor, Handler<ShutdownReport> handler) {
    this.server = server;
    this.executor = executor;
    this.handler = handler;
  }

  /** Begins; on the executor, and no connection comes any more. */
  void begin(List<ServerConnection> all, CloseReason reason, Duration spread, Duration limit) {
    left.addAndGet(all.size());
    if (!all.isEmpty()) {
      deadline = executor.schedule(limit, server::abortAll);
    }
    for (int i = 0; i < all.size(); i++) {
      ServerConnection each = all.get(i);
      long nanos = spread.toNanos() / all.size() * i;
      if (nanos == 0) {
        each.leave(reason);
      } else {
        executor.schedule(Duration.ofNanos(nanos), () -> each.leave(reason));
      }
    }
    count();
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
    StreamExecutor.Timer timer = deadline;
    if (timer != null) {
      timer.cancel();
    }
    Completions.later(
        handler, executor, null, new ShutdownReport(closed.get(), brokenOff.get(), aborted.get()));
  }
}
