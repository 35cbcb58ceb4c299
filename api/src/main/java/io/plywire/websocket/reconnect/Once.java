// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A handler for strangers, who may call it from anywhere, inside of the call that they got it by,
 * and twice: it is always posted. Which call counts is for the steps of the {@link Session} to say.
 *
 * @param <T> the type of the result
 */
final class Once<T> implements Handler<T> {
  private final StreamExecutor executor;
  private final CancellationSlot slot;
  private final Handler<T> then;

  Once(StreamExecutor executor, CancellationSlot slot, Handler<T> then) {
    this.executor = executor;
    this.slot = slot;
    this.then = then;
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return slot;
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable T result) {
    executor.execute(() -> then.completed(error, result));
  }
}
