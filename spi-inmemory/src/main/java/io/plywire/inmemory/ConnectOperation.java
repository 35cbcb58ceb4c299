// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connecting: refused, or accepted at once, or left to wait in the backlog of an acceptor. */
final class ConnectOperation extends ConnectionOperation {
  final StreamExecutor executor;
  final int windowBytes;
  final boolean resetsOnClose;

  private final Endpoint remote;
  private final Duration timeout;
  private @Nullable InMemoryAcceptor waitingAt; // guarded by the registry's lock

  ConnectOperation(
      InMemoryRegistry registry,
      Endpoint remote,
      StreamExecutor executor,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    super(registry, executor, handler);
    this.executor = executor;
    this.remote = remote;
    this.windowBytes = InMemoryOptions.windowBytes(options);
    this.resetsOnClose = InMemoryOptions.resetsOnClose(options);
    this.timeout = options.connectTimeout();
  }

  @Override
  protected void start() {
    limit(timeout);
    InMemoryAcceptor acceptor;
    AcceptOperation accept = null;
    String refusal;
    registry.lock.lock();
    try {
      if (isOver()) {
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
      claimEnd();
    } finally {
      registry.lock.unlock();
    }
    if (acceptor != null && accept != null) {
      InMemoryPipe pipe = acceptor.pipeTo(this);
      accept.complete(null, pipe.server());
      completeInCall(null, pipe.client());
    } else {
      completeInCall(failure(StreamError.REFUSED, refusal), null);
    }
  }

  @Override
  protected IOException timedOut(Duration time) {
    return failure(StreamError.TIMEOUT, "not accepted within " + Durations.text(time));
  }

  @Override
  void leave() {
    if (waitingAt != null) {
      waitingAt.unqueue(this);
    }
  }

  @Override
  public String toString() {
    return "asyncConnect to " + remote;
  }
}
