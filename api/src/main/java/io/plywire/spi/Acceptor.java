// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import java.io.Closeable;

/**
 * Accepts connections (P3). Lasting trouble such as a lack of file descriptors is waited out by the
 * acceptor and logged, not reported to each accept.
 */
public interface Acceptor extends Closeable {
  /** Returns the endpoint with the real port. */
  Endpoint localEndpoint();

  /** Returns the executor of the acceptor itself; accepted streams may have others. */
  StreamExecutor executor();

  /**
   * Accepts the next connection. One accept may be outstanding.
   *
   * @param handler gets the open stream, and runs on its executor; {@link
   *     io.plywire.stream.StreamError#ABORTED} if the acceptor is closed meanwhile, {@link
   *     io.plywire.stream.StreamError#CLOSED} if it was before. Any cancellation type ends the
   *     accept, and no connection is lost.
   * @throws io.plywire.stream.ReadPendingException if an accept is outstanding
   */
  void asyncAccept(Handler<AsyncStream> handler);

  /**
   * Accepts the next connection, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncAccept(CompletionToken<AsyncStream, R, X> token)
      throws X {
    return token.initiate(Initiation.of(executor(), this::asyncAccept));
  }

  /**
   * Stops listening; accepted connections live on. Idempotent, from any thread. The address can be
   * listened on again a moment later, whatever has become of the accepted connections (P3.4).
   */
  @Override
  void close();

  /** Returns whether the acceptor was not closed yet. */
  boolean isOpen();
}
