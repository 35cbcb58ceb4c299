// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Decides what an initiating call returns, so that each operation exists once and can be used in
 * every style: {@link #useFuture}, {@link #useBlocking}, {@link #deferred}, or one of your own.
 *
 * @param <T> the type of the operation's result
 * @param <R> what the initiating call returns
 * @param <X> what the initiating call throws; {@link RuntimeException} for styles that return
 *     before the operation ends
 */
@FunctionalInterface
public interface CompletionToken<T, R, X extends Exception> {
  /**
   * Called by the initiating function in place of starting the operation.
   *
   * @param operation starts the operation, as often as {@link Initiation#start} is called
   * @return what the initiating function returns
   * @throws X as the style demands
   */
  R initiate(Initiation<T> operation) throws X;

  /**
   * Makes the call return a future.
   *
   * <p>{@link CompletableFuture#cancel} cancels the operation ({@link CancellationType#TERMINAL}).
   * The future is done when the operation is, so its buffers are the caller's again from then on:
   * with {@link java.util.concurrent.CancellationException} if the request took effect, with the
   * result if the operation was faster. Dependent stages run where the operation completes.
   *
   * @param <T> the type of the result
   */
  static <T> CompletionToken<T, CompletableFuture<T>, RuntimeException> useFuture() {
    return OperationFuture::new;
  }

  /**
   * Makes the call wait for the result, parking the calling thread; virtual threads are welcome. No
   * lock is held meanwhile. Interrupting the thread cancels the operation ({@link
   * CancellationType#TERMINAL}) and, when it has ended, throws {@link
   * java.io.InterruptedIOException} with the interrupt status set again.
   *
   * <p>The call throws {@link IllegalStateException}, and starts nothing, on the thread of the
   * stream's own executor: it would wait for itself.
   *
   * @param <T> the type of the result
   */
  static <T> CompletionToken<T, T, IOException> useBlocking() {
    return BlockingCall::run;
  }

  /**
   * Makes the call return a value that starts the operation when asked, as often as asked.
   *
   * @param <T> the type of the result
   */
  static <T> CompletionToken<T, Deferred<T>, RuntimeException> deferred() {
    return Deferred::new;
  }
}
