// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.tls.internal.stream.Detection;
import java.time.Duration;
import java.util.Objects;

/**
 * Finds out whether a client that has connected begins TLS or speaks plain text, so that one port
 * can serve both.
 *
 * {@snippet :
 * TlsDetector.asyncDetect(accepted, Duration.ofSeconds(10), (error, client) -> {
 *   if (client != null && client.tls()) {
 *     tls.asyncWrap(client.stream(), Role.SERVER, endpoint, options, secured);
 *   } else if (client != null) {
 *     serve(client.stream());
 *   }
 * });
 * }
 *
 * <p>It reads no further than it must, six bytes at most, and the stream to go on with has them in
 * front. A client that waits for the server to speak first cannot be told from one that is slow.
 */
public final class TlsDetector {
  private TlsDetector() {}

  /**
   * What was found.
   *
   * @param tls whether the client begins TLS
   * @param stream what to go on with; it begins with the client's first byte
   */
  public record Detected(boolean tls, AsyncStream stream) {}

  /**
   * Reads until it is clear what the client speaks.
   *
   * @param next the client's connection, of which nothing was read yet; owned by the operation, and
   *     closed if it fails
   * @param timeout how long it may take; zero means no limit
   * @param handler gets what was found, or {@link io.plywire.stream.StreamError#EOF} if the client
   *     left too early, {@link io.plywire.stream.StreamError#TIMEOUT}, or what else reading
   *     reports. Any cancellation type ends the operation and closes the connection
   * @throws IllegalArgumentException if the timeout is negative
   */
  public static void asyncDetect(
      AsyncStream next, Duration timeout, Handler<? super Detected> handler) {
    Objects.requireNonNull(next, "next");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout " + Durations.text(timeout) + " is negative");
    }
    Detection.initiate(next, timeout, Detected::new, handler);
  }

  /**
   * Reads until it is clear what the client speaks, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param next the client's connection
   * @param timeout how long it may take; zero means no limit
   * @param token the style
   * @throws X as the style demands
   */
  public static <R, X extends Exception> R asyncDetect(
      AsyncStream next, Duration timeout, CompletionToken<Detected, R, X> token) throws X {
    return token.initiate(
        Initiation.of(next.executor(), handler -> asyncDetect(next, timeout, handler)));
  }
}
