// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.Iteration;
import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A header on its way, in either direction: step by step on the stream below, which is closed if
 * that fails.
 */
abstract class HeaderOperation extends OneShotOperation<AsyncStream>
    implements IoHandler, Iteration.Step {
  final AsyncStream next;
  private final Iteration iteration = new Iteration();

  HeaderOperation(AsyncStream next, Handler<? super AsyncStream> handler) {
    super(next.executor(), handler);
    this.next = next;
  }

  /** Makes one step: begins something on the stream below, or ends. */
  abstract void advance();

  /** Words a failure of the stream below. */
  IOException failed(IOException error) {
    return error;
  }

  final void goOn() {
    iteration.run(this);
  }

  @Override
  public final void step() {
    if (!isOver()) {
      advance();
    }
  }

  @Override
  public final void completed(@Nullable IOException error, long count) {
    if (isOver()) {
      return;
    }
    if (error == null) {
      goOn();
    } else {
      fail(failed(error));
    }
  }

  @Override
  protected final void ended(@Nullable IOException error) {
    if (error != null) {
      next.close();
    }
  }

  @Override
  public final Executor immediateExecutor() {
    return InlineExecutor.instance();
  }
}
