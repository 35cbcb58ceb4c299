// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Receives the completion of an operation that moves bytes. Runs exactly once for each. */
@FunctionalInterface
public interface IoHandler extends Associated {
  /**
   * Called when the operation has ended. Its buffers are the caller's again and the next operation
   * may be started from here.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved, also when it failed
   */
  void completed(@Nullable IOException error, long bytes);

  /**
   * Returns a handler that runs on the given executor.
   *
   * @param executor where the handler runs
   * @param handler what runs
   */
  static IoHandler bindExecutor(Executor executor, IoHandler handler) {
    return with(Associations.bindExecutor(executor, handler), handler);
  }

  /**
   * Returns a handler whose immediate completions are dispatched to the given executor.
   *
   * @param executor where immediate completions go
   * @param handler what runs
   */
  static IoHandler bindImmediateExecutor(Executor executor, IoHandler handler) {
    return with(Associations.bindImmediateExecutor(executor, handler), handler);
  }

  /**
   * Returns a handler whose operation can be cancelled through the slot.
   *
   * @param slot the slot of a signal that is used for one operation at a time
   * @param handler what runs
   */
  static IoHandler bindCancellationSlot(CancellationSlot slot, IoHandler handler) {
    return with(Associations.bindCancellationSlot(slot, handler), handler);
  }

  /**
   * Returns a handler that has the associations of another object: for a layer that does something
   * before it calls the handler it was given.
   *
   * @param associations whose executors and slot count
   * @param handler what runs
   */
  static IoHandler with(Associated associations, IoHandler handler) {
    return new Associations.OfIoHandler(associations, handler);
  }
}
