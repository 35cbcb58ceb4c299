// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Waits for a connection on the loop of the acceptor, and makes a stream of it on another one. */
final class AcceptOperation extends OneShotOperation<AsyncStream> {
  private final NioAcceptor acceptor;
  private final boolean open;

  /**
   * Makes one.
   *
   * @param open whether the acceptor is open; if not, the operation will be refused
   */
  AcceptOperation(NioAcceptor acceptor, boolean open, Handler<AsyncStream> handler) {
    super(acceptor.executor(), handler);
    this.acceptor = acceptor;
    this.open = open;
  }

  /** On a listener's loop it starts right there: the next connection may be waiting there, too. */
  @Override
  public void initiate() {
    if (streamExecutor().isCurrent() || acceptor.here() == null) {
      super.initiate();
    } else {
      initiateHere();
    }
  }

  @Override
  protected void start() {
    Listener here = acceptor.here();
    if (!open) {
      fail(
          new StreamException(
              StreamError.CLOSED, "asyncAccept on an acceptor that was closed: " + acceptor));
    } else if (acceptor.isOver() || here == null) {
      fail(aborted());
    } else {
      acceptor.accept(this, here);
    }
  }

  /** Ends the wait, because the acceptor was closed. */
  void acceptorClosed(@Nullable StreamException why) {
    if (claimEnd()) {
      deliverPosted(why != null ? why : aborted(), null);
    }
  }

  private StreamException aborted() {
    return new StreamException(
        StreamError.ABORTED, "asyncAccept ended because the acceptor was closed: " + acceptor);
  }

  /**
   * Takes a connection, for a stream on the given loop, unless the operation is over.
   *
   * @return whether it was taken
   */
  boolean accepted(SocketChannel channel, SelectorLoop home) {
    if (!claimEnd()) {
      return false;
    }
    if (home.isCurrent()) {
      adopt(channel, home);
    } else {
      home.execute(() -> adopt(channel, home));
    }
    return true;
  }

  /** Makes a stream of what was accepted; on the stream's loop. */
  private void adopt(SocketChannel channel, SelectorLoop home) {
    AsyncStream stream = null;
    IOException error = null;
    try {
      stream = NioStream.open(home, channel, null, acceptor.settings());
    } catch (StreamException e) {
      error = e;
    } catch (IOException | RuntimeException e) {
      error =
          new StreamException(
              SocketErrors.creating(e), "cannot serve a connection: " + e.getMessage(), e);
    }
    deliver(home, error, stream);
  }

  @Override
  protected void release() {
    acceptor.endAccept();
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, "asyncAccept was cancelled, no connection was taken, the acceptor stays as it was");
  }
}
