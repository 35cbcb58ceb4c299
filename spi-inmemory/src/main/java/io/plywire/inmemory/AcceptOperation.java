// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Accepting: takes the connection that waits longest, or waits for the next one. */
final class AcceptOperation extends Meeting {
  private final InMemoryAcceptor acceptor;

  AcceptOperation(
      InMemoryRegistry registry,
      InMemoryAcceptor acceptor,
      StreamExecutor executor,
      Handler<AsyncStream> handler) {
    super(registry, executor, handler);
    this.acceptor = acceptor;
  }

  void start() {
    begin();
    ConnectOperation connect;
    registry.lock.lock();
    try {
      if (isClaimed()) {
        return; // cancelled while it began
      }
      connect = acceptor.pollConnect();
      if (connect == null && acceptor.isOpen()) {
        acceptor.await(this);
        return;
      }
      claim();
    } finally {
      registry.lock.unlock();
    }
    if (connect != null) {
      InMemoryPipe pipe = acceptor.pipeTo(connect);
      connect.complete(null, pipe.client());
      completeImmediately(null, pipe.server());
    } else {
      completeImmediately(failure(StreamError.CLOSED, "the acceptor was closed before"), null);
    }
  }

  @Override
  void withdraw() {
    acceptor.forget(this);
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    acceptor.releaseTurn();
    super.completed(error, stream);
  }

  @Override
  public String toString() {
    return "asyncAccept at " + acceptor.localEndpoint();
  }
}
