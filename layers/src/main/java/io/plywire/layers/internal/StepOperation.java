// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers.internal;

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
 * What both sides say before a layer has its stream, such as a header: step by step on the stream
 * below, which is closed if that fails.
 */
public abstract class StepOperation extends OneShotOperation<AsyncStream>
    implements IoHandler, Iteration.Step {
  /** The stream below. */
  protected final AsyncStream next;

  private final Iteration iteration = new Iteration();

  /**
   * Makes one.
   *
   * @param next the stream below
   * @param handler gets the stream on top
   */
  protected StepOperation(AsyncStream next, Handler<? super AsyncStream> handler) {
    super(next.executor(), handler);
    this.next = next;
  }

  /** Makes one step: begins something on the stream below, or ends. */
  protected abstract void advance();

  /**
   * Words a failure of the stream below.
   *
   * @param error what it reported
   */
  protected IOException failed(IOException error) {
    return error;
  }

  /** Makes steps for as long as they complete at once. */
  protected final void goOn() {
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
