// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
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
   * <p>Whatever completes the future from outside cancels the operation, without a trace if it can
   * ({@link CancellationType#TOTAL}), and otherwise at any cost ({@link
   * CancellationType#TERMINAL}): {@link CompletableFuture#cancel}, {@link
   * CompletableFuture#orTimeout orTimeout}, {@link CompletableFuture#complete complete} and the
   * like. The future is done when the operation is, so its buffers are the caller's again from then
   * on: with what it was completed with, if the request took effect, and with the result if the
   * operation was faster. Stages made from the future are on their own: cancelling one of them
   * cancels nothing else. Dependent stages run where the operation completes.
   *
   * <p>To wait for the future, or for a stage made from it, throws {@link IllegalStateException} on
   * a thread of an event loop, which would stop all of its connections.
   *
   * @param <T> the type of the result
   */
  static <T> CompletionToken<T, CompletableFuture<T>, RuntimeException> useFuture() {
    return OperationFuture::new;
  }

  /**
   * Makes the call return a future, as {@link #useFuture()}, and limits the operation, as {@link
   * #within}.
   *
   * @param <T> the type of the result
   * @param timeout how long the operation may take
   * @throws IllegalArgumentException if the timeout is not positive
   */
  static <T> CompletionToken<T, CompletableFuture<T>, RuntimeException> useFuture(
      Duration timeout) {
    return within(timeout, useFuture());
  }

  /**
   * Makes the call wait for the result, parking the calling thread; virtual threads are welcome. No
   * lock is held meanwhile. Interrupting the thread cancels the operation, as {@link #useFuture()}
   * has it, and, when it has ended, throws {@link java.io.InterruptedIOException} with the
   * interrupt status set again.
   *
   * <p>The call throws {@link IllegalStateException}, and starts nothing, on the thread of the
   * stream's own executor, since it would wait for itself, and on that of any event loop, all of
   * whose connections it would stop.
   *
   * @param <T> the type of the result
   */
  static <T> CompletionToken<T, T, IOException> useBlocking() {
    return BlockingCall::run;
  }

  /**
   * Makes the call wait for the result, as {@link #useBlocking()}, and limits the operation, as
   * {@link #within}.
   *
   * @param <T> the type of the result
   * @param timeout how long the operation may take
   * @throws IllegalArgumentException if the timeout is not positive
   */
  static <T> CompletionToken<T, T, IOException> useBlocking(Duration timeout) {
    return within(timeout, useBlocking());
  }

  /**
   * Limits an operation in any style: when its time is over it is cancelled, as {@link
   * #useFuture()} has it, and then fails with {@link StreamError#TIMEOUT}, whose message says what
   * is left of the stream. An operation that is faster keeps its result. So a read that times out
   * loses nothing: the next one gets the message.
   *
   * @param <T> the type of the result
   * @param <R> what the initiating call returns
   * @param <X> what the initiating call throws
   * @param timeout how long the operation may take, by the clock of the stream's executor
   * @param token the style
   * @throws IllegalArgumentException if the timeout is not positive
   */
  static <T, R, X extends Exception> CompletionToken<T, R, X> within(
      Duration timeout, CompletionToken<T, R, X> token) {
    TimedCall.requirePositive(timeout);
    Objects.requireNonNull(token, "token");
    return operation -> token.initiate(TimedCall.within(timeout, operation));
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
