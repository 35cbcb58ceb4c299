// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/**
 * Decides what an initiating call returns, so that each operation exists once and can be used in
 * every style. See {@link CompletionTokens} for the ready ones.
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
}
