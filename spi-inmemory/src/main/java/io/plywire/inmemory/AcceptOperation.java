// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;

/** Accepting: takes the connection that waits longest, or waits for the next one. */
final class AcceptOperation extends ConnectionOperation {
  private final InMemoryAcceptor acceptor;

  AcceptOperation(
      InMemoryRegistry registry,
      InMemoryAcceptor acceptor,
      StreamExecutor executor,
      Handler<AsyncStream> handler) {
    super(registry, executor, handler);
    this.acceptor = acceptor;
  }

  @Override
  protected void start() {
    ConnectOperation connect;
    registry.lock.lock();
    try {
      if (isOver()) {
        return; // cancelled while it began
      }
      connect = acceptor.pollConnect();
      if (connect == null && acceptor.isOpen()) {
        acceptor.await(this);
        return;
      }
      claimEnd();
    } finally {
      registry.lock.unlock();
    }
    if (connect != null) {
      InMemoryPipe pipe = acceptor.pipeTo(connect);
      connect.complete(null, pipe.client());
      completeInCall(null, pipe.server());
    } else {
      completeInCall(failure(StreamError.CLOSED, "the acceptor was closed before"), null);
    }
  }

  @Override
  void leave() {
    acceptor.forget(this);
  }

  @Override
  protected void release() {
    acceptor.releaseTurn();
  }

  @Override
  public String toString() {
    return "asyncAccept at " + acceptor.localEndpoint();
  }
}
