// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;

/** An acceptor that passes everything on; what is derived from it bends one thing. */
class BentAcceptor implements Acceptor {
  final Acceptor inner;

  BentAcceptor(Acceptor inner) {
    this.inner = inner;
  }

  @Override
  public Endpoint localEndpoint() {
    return inner.localEndpoint();
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }

  @Override
  public void asyncAccept(Handler<AsyncStream> handler) {
    inner.asyncAccept(handler);
  }

  @Override
  public void close() {
    inner.close();
  }

  @Override
  public boolean isOpen() {
    return inner.isOpen();
  }
}
