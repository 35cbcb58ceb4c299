// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.Objects;

/**
 * An operation that waits to be started. Nothing happens before {@link #start}; arguments were
 * checked already, the state of the stream is checked then.
 *
 * @param <T> the type of the result
 */
public final class Deferred<T> {
  private final Initiation<T> operation;

  Deferred(Initiation<T> operation) {
    this.operation = operation;
  }

  /**
   * Starts the operation.
   *
   * @param handler receives the completion
   */
  public void start(Handler<T> handler) {
    operation.start(Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Starts the operation in another style.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R start(CompletionToken<T, R, X> token) throws X {
    return token.initiate(operation);
  }
}
