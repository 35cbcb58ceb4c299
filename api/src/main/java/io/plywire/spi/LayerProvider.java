// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;

/**
 * Puts a layer, such as TLS, on top of a connected stream. The test kit has the rules S1 for
 * layers, S2 for those that protect what they carry, and S3 for {@link #asyncWrap}.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public interface LayerProvider extends Provider {
  /** Returns which kind of layer this is; {@code tls} serves the secure URI schemes. */
  String layer();

  /**
   * Finds out whether {@link #asyncWrap} could work with these options, before anybody connects.
   *
   * @param role which side this is
   * @param options how
   * @throws IllegalArgumentException if an option is missing or does not fit
   */
  default void check(Role role, TransportOptions options) {}

  /**
   * Wraps a stream and completes the layer's own handshake.
   *
   * @param next the stream below; owned by the new layer from now on, and closed if this fails
   * @param role which side this is
   * @param endpoint whom the application meant to talk to, for checks of the peer's name
   * @param options how
   * @param handler gets the stream on top
   * @throws IllegalArgumentException if {@link #check} does; the stream below is left alone then
   */
  void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler);

  /**
   * Wraps a stream and completes the layer's own handshake, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param next the stream below; owned by the new layer from now on, and closed if this fails
   * @param role which side this is
   * @param endpoint whom the application meant to talk to, for checks of the peer's name
   * @param options how
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      CompletionToken<AsyncStream, R, X> token)
      throws X {
    return token.initiate(
        Initiation.of(
            next.executor(), handler -> asyncWrap(next, role, endpoint, options, handler)));
  }
}
