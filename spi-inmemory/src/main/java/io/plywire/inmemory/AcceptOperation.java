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
  private final InMemoryListener listener;

  AcceptOperation(
      InMemoryRegistry registry,
      InMemoryListener listener,
      StreamExecutor executor,
      Handler<AsyncStream> handler) {
    super(registry, executor, handler);
    this.listener = listener;
  }

  void start() {
    begin();
    ConnectOperation connect;
    registry.lock.lock();
    try {
      if (isClaimed()) {
        return; // cancelled while it began
      }
      connect = listener.pollConnect();
      if (connect == null && listener.isOpen()) {
        listener.await(this);
        return;
      }
      claim();
    } finally {
      registry.lock.unlock();
    }
    if (connect != null) {
      InMemoryPipe pipe = listener.pipeTo(connect);
      connect.complete(null, pipe.client());
      completeImmediately(null, pipe.server());
    } else {
      completeImmediately(failure(StreamError.CLOSED, "the listener was closed before"), null);
    }
  }

  @Override
  void withdraw() {
    listener.forget(this);
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    listener.releaseTurn();
    super.completed(error, stream);
  }

  @Override
  public String toString() {
    return "asyncAccept at " + listener.localEndpoint();
  }
}
