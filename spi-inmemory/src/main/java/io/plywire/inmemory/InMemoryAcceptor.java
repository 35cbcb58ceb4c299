// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A name that is listened on: the connections that wait there, or the accept that does. */
final class InMemoryAcceptor implements Acceptor {
  private final InMemoryRegistry registry;
  private final Endpoint local;
  private final StreamExecutor executor;
  private final int windowBytes;
  private final boolean resetsOnClose;
  private final int backlog;

  /** Held from the initiating call of an accept until its handler runs. */
  private final AtomicBoolean acceptTurn = new AtomicBoolean();

  // Guarded by the registry's lock.
  private final ArrayDeque<ConnectOperation> waiting = new ArrayDeque<>();
  private @Nullable AcceptOperation accepting;
  private boolean open = true;

  private InMemoryAcceptor(
      InMemoryRegistry registry,
      Endpoint local,
      StreamExecutor executor,
      TransportOptions options) {
    this.registry = registry;
    this.local = local;
    this.executor = executor;
    this.windowBytes = InMemoryOptions.windowBytes(options);
    this.resetsOnClose = InMemoryOptions.resetsOnClose(options);
    this.backlog = InMemoryOptions.backlog(options);
  }

  static InMemoryAcceptor open(
      InMemoryRegistry registry, Endpoint local, StreamExecutor executor, TransportOptions options)
      throws IOException {
    registry.lock.lock();
    try {
      Endpoint real = registry.withRealPort(local);
      InMemoryAcceptor acceptor = new InMemoryAcceptor(registry, real, executor, options);
      registry.add(acceptor);
      return acceptor;
    } finally {
      registry.lock.unlock();
    }
  }

  @Override
  public Endpoint localEndpoint() {
    return local;
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public void asyncAccept(Handler<AsyncStream> handler) {
    AcceptOperation accept = new AcceptOperation(registry, this, executor, handler);
    if (!acceptTurn.compareAndSet(false, true)) {
      throw new ReadPendingException(accept.toString());
    }
    accept.initiate();
  }

  @Override
  public void close() {
    AcceptOperation aborted;
    List<ConnectOperation> refused = new ArrayList<>();
    registry.lock.lock();
    try {
      open = false;
      registry.remove(this);
      aborted = pollAccept();
      for (ConnectOperation c = pollConnect(); c != null; c = pollConnect()) {
        refused.add(c);
      }
    } finally {
      registry.lock.unlock();
    }
    if (aborted != null) {
      aborted.complete(aborted.failure(StreamError.ABORTED, "the acceptor was closed"), null);
    }
    for (ConnectOperation connect : refused) {
      connect.complete(connect.failure(StreamError.REFUSED, "the acceptor was closed"), null);
    }
  }

  @Override
  public boolean isOpen() {
    registry.lock.lock();
    try {
      return open;
    } finally {
      registry.lock.unlock();
    }
  }

  int backlog() {
    return backlog;
  }

  void releaseTurn() {
    acceptTurn.set(false);
  }

  /** Makes the connection for a connect and an accept that have met. */
  InMemoryPipe pipeTo(ConnectOperation connect) {
    return InMemoryPipe.builder(connect.executor, executor)
        .windowBytes(windowBytes, connect.windowBytes)
        .resetOnClose(connect.resetsOnClose, resetsOnClose)
        .name(InMemoryRegistry.nameOf(local))
        .build();
  }

  // ---- With the registry's lock held ----

  void await(AcceptOperation accept) {
    accepting = accept;
  }

  void forget(AcceptOperation accept) {
    if (accepting == accept) {
      accepting = null;
    }
  }

  /** Claims the accept that waits; returns null if there is none. */
  @Nullable AcceptOperation pollAccept() {
    AcceptOperation accept = accepting;
    return accept != null && accept.claimEnd() ? accept : null;
  }

  /** Lets a connect wait; returns false if there is no place left. */
  boolean queue(ConnectOperation connect) {
    if (waiting.size() >= backlog) {
      return false;
    }
    return waiting.add(connect);
  }

  void unqueue(ConnectOperation connect) {
    waiting.remove(connect);
  }

  /** Claims the connect that has waited longest; returns null if there is none. */
  @Nullable ConnectOperation pollConnect() {
    ConnectOperation connect = waiting.peekFirst();
    return connect != null && connect.claimEnd() ? connect : null;
  }

  @Override
  public String toString() {
    return "in-memory acceptor at " + local;
  }
}
