// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
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
}
