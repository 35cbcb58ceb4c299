// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;

/**
 * Makes base streams: connects to an endpoint and listens on one. The test kit has it as the rules
 * P2, connecting, and P3, listening.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public interface TransportProvider extends Provider {
  /** Returns the URI schemes served, without security: {@code ws}, {@code ws+unix}, … */
  Set<String> schemes();

  /** Returns the executor that the next connection will get when its options name none. */
  StreamExecutor executor();

  /**
   * Finds out whether {@link #asyncConnect} could work with these, before anything is done about
   * it. Providers with the trait {@link Trait#ADDRESSES} override it, since they may be asked to
   * connect only when a name was looked up.
   *
   * @param remote where to
   * @param options how
   * @throws IllegalArgumentException as {@link #asyncConnect} throws it
   */
  default void checkConnect(Endpoint remote, TransportOptions options) {}

  /**
   * Connects to an endpoint. Name resolution, if any, happens off the executor and within the same
   * {@linkplain TransportOptions#connectTimeout() deadline}.
   *
   * @param remote where to
   * @param options how; an option the provider does not know throws
   * @param handler gets the open stream, whose executor it runs on; errors are {@link
   *     io.plywire.stream.StreamException}s. Any cancellation type ends the attempt without a
   *     trace.
   * @throws IllegalArgumentException if the endpoint or an option is not of this provider
   */
  void asyncConnect(Endpoint remote, TransportOptions options, Handler<AsyncStream> handler);

  /**
   * Connects to an endpoint, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param remote where to
   * @param options how
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncConnect(
      Endpoint remote, TransportOptions options, CompletionToken<AsyncStream, R, X> token)
      throws X {
    StreamExecutor chosen = options.executor();
    TransportOptions fixed = chosen != null ? options : options.withExecutor(executor());
    return token.initiate(
        Initiation.of(
            chosen != null ? chosen : Objects.requireNonNull(fixed.executor()),
            handler -> asyncConnect(remote, fixed, handler)));
  }

  /**
   * Starts to listen. May resolve a local name, so it may block for a moment. Providers without the
   * trait {@link Trait#LISTEN} need not override the default, which always fails with {@link
   * StreamError#UNSUPPORTED}.
   *
   * @param local where; port 0 lets the system choose one
   * @param options how
   * @return the acceptor, already listening
   * @throws IOException if the address is taken, not ours, or the provider cannot listen
   */
  default Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    throw new StreamException(
        StreamError.UNSUPPORTED, "the transport " + name() + " cannot listen, on " + local);
  }
}
