// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * An operation that has everything but its handler; what a {@link CompletionToken} works with.
 *
 * @param <T> the type of the result
 */
public interface Initiation<T> {
  /** Returns the executor on which the operation will run. */
  StreamExecutor executor();

  /**
   * Starts the operation.
   *
   * @param handler receives the completion
   * @throws IllegalStateException if the operation may not be started now, see the operation
   */
  void start(Handler<T> handler);

  /**
   * Makes an initiation.
   *
   * @param <T> the type of the result
   * @param executor where the operation will run
   * @param start initiates the operation with the handler it is given
   */
  static <T> Initiation<T> of(StreamExecutor executor, Consumer<? super Handler<T>> start) {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(start, "start");
    return new Initiation<>() {
      @Override
      public StreamExecutor executor() {
        return executor;
      }

      @Override
      public void start(Handler<T> handler) {
        start.accept(handler);
      }
    };
  }

  /**
   * Makes the initiation of an operation that counts bytes. When the operation failed, the handler
   * gets the count of what was moved all the same.
   *
   * @param executor where the operation will run
   * @param start initiates the operation with the handler it is given
   */
  static Initiation<Long> counting(StreamExecutor executor, Consumer<? super IoHandler> start) {
    return of(
        executor,
        handler ->
            start.accept(IoHandler.with(handler, (e, bytes) -> handler.completed(e, bytes))));
  }

  /**
   * Makes the initiation of an operation whose handler counts bytes, of which there are none.
   *
   * @param executor where the operation will run
   * @param start initiates the operation with the handler it is given
   */
  static Initiation<Void> uncounted(StreamExecutor executor, Consumer<? super IoHandler> start) {
    return of(
        executor,
        handler -> start.accept(IoHandler.with(handler, (e, bytes) -> handler.completed(e, null))));
  }
}
