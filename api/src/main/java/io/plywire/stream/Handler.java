// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Receives the completion of an operation that yields a value. Runs exactly once for each.
 *
 * @param <T> the type of the result; {@link Void} where there is none
 */
@FunctionalInterface
public interface Handler<T> extends Associated {
  /**
   * Called when the operation has ended.
   *
   * @param error why the operation failed, or null
   * @param result the result, null if the operation failed or has none
   */
  void completed(@Nullable IOException error, @Nullable T result);

  /**
   * Returns a handler that runs on the given executor.
   *
   * @param <T> the type of the result
   * @param executor where the handler runs
   * @param handler what runs
   */
  static <T> Handler<T> bindExecutor(Executor executor, Handler<T> handler) {
    return with(Associations.bindExecutor(executor, handler), handler);
  }

  /**
   * Returns a handler whose immediate completions are dispatched to the given executor.
   *
   * @param <T> the type of the result
   * @param executor where immediate completions go
   * @param handler what runs
   */
  static <T> Handler<T> bindImmediateExecutor(Executor executor, Handler<T> handler) {
    return with(Associations.bindImmediateExecutor(executor, handler), handler);
  }

  /**
   * Returns a handler whose operation can be cancelled through the slot.
   *
   * @param <T> the type of the result
   * @param slot the slot of a signal that is used for one operation at a time
   * @param handler what runs
   */
  static <T> Handler<T> bindCancellationSlot(CancellationSlot slot, Handler<T> handler) {
    return with(Associations.bindCancellationSlot(slot, handler), handler);
  }

  /**
   * Returns a handler that has the associations of another object: for a layer that does something
   * before it calls the handler it was given.
   *
   * @param <T> the type of the result
   * @param associations whose executors and slot count
   * @param handler what runs
   */
  static <T> Handler<T> with(Associated associations, Handler<T> handler) {
    return new Associations.OfHandler<>(associations, handler);
  }
}
