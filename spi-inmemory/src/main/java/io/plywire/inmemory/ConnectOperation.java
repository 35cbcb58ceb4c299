// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connecting: refused, or accepted at once, or left to wait in the backlog of an acceptor. */
final class ConnectOperation extends Meeting {
  final int windowBytes;
  final boolean resetsOnClose;

  private final Endpoint remote;
  private final Duration timeout;
  private StreamExecutor.@Nullable Timer deadline;
  private @Nullable InMemoryAcceptor waitingAt; // guarded by the registry's lock

  ConnectOperation(
      InMemoryRegistry registry,
      Endpoint remote,
      StreamExecutor executor,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    super(registry, executor, handler);
    this.remote = remote;
    this.windowBytes = InMemoryOptions.windowBytes(options);
    this.resetsOnClose = InMemoryOptions.resetsOnClose(options);
    this.timeout = options.connectTimeout();
  }

  void start() {
    if (!timeout.isZero()) {
      deadline = streamExecutor.schedule(timeout, this::expired);
    }
    begin();
    InMemoryAcceptor acceptor;
    AcceptOperation accept = null;
    String refusal = "";
    registry.lock.lock();
    try {
      if (isClaimed()) {
        return; // cancelled while it began
      }
      acceptor = registry.find(remote);
      if (acceptor != null) {
        accept = acceptor.pollAccept();
        if (accept == null && acceptor.queue(this)) {
          waitingAt = acceptor;
          return;
        }
        refusal = "the backlog of " + acceptor.backlog() + " connections is full";
      } else {
        refusal = "nobody listens there; names in use: " + registry.names();
      }
      claim();
    } finally {
      registry.lock.unlock();
    }
    if (acceptor != null && accept != null) {
      InMemoryPipe pipe = acceptor.pipeTo(this);
      accept.complete(null, pipe.server());
      completeImmediately(null, pipe.client());
    } else {
      completeImmediately(failure(StreamError.REFUSED, refusal), null);
    }
  }

  private void expired() {
    giveUp(failure(StreamError.TIMEOUT, "not accepted within " + timeout));
  }

  @Override
  void withdraw() {
    if (waitingAt != null) {
      waitingAt.unqueue(this);
    }
  }

  @Override
  void release() {
    super.release();
    if (deadline != null) {
      deadline.cancel();
    }
  }

  @Override
  public String toString() {
    return "asyncConnect to " + remote;
  }
}
