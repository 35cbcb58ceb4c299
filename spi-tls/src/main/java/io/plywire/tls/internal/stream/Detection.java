// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.Iteration;
import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads until it is clear whether a client begins TLS.
 *
 * @param <D> what is told then
 */
public final class Detection<D> extends OneShotOperation<D> implements IoHandler, Iteration.Step {
  private final AsyncStream next;
  private final Duration timeout;
  private final BiFunction<Boolean, AsyncStream, D> result;

  private final byte[] bytes = new byte[ClientHello.BYTES];
  private final ByteBuffer target = ByteBuffer.wrap(bytes);
  private final Iteration iteration = new Iteration();

  private Detection(
      AsyncStream next,
      Duration timeout,
      BiFunction<Boolean, AsyncStream, D> result,
      Handler<? super D> handler) {
    super(next.executor(), handler);
    this.next = next;
    this.timeout = timeout;
    this.result = result;
  }

  /**
   * Initiates the detection; any thread.
   *
   * @param <D> the type of the result
   * @param next what the client sends to; owned until it is handed on
   * @param timeout how long it may take; zero means no limit
   * @param result makes the result of whether it is TLS, and the stream to go on with
   * @param handler gets the result
   */
  public static <D> void initiate(
      AsyncStream next,
      Duration timeout,
      BiFunction<Boolean, AsyncStream, D> result,
      Handler<? super D> handler) {
    new Detection<>(next, timeout, result, handler).initiate();
  }

  @Override
  protected void start() {
    limit(timeout);
    iteration.run(this);
  }

  @Override
  public void step() {
    if (isOver()) {
      return;
    }
    try {
      next.asyncReadSome(target, this);
    } catch (RuntimeException e) {
      fail(new StreamException(StreamError.IO, "reading from " + next + " failed", e));
    }
  }

  @Override
  public void completed(@Nullable IOException error, long count) {
    if (isOver()) {
      return;
    }
    ClientHello.Verdict verdict = ClientHello.judge(bytes, target.position());
    if (error != null) {
      fail(error);
    } else if (verdict == ClientHello.Verdict.UNDECIDED) {
      iteration.run(this);
    } else {
      AsyncStream goesOn = new PrefixedStream(next, bytes, target.position());
      succeed(result.apply(verdict == ClientHello.Verdict.TLS, goesOn));
    }
  }

  @Override
  protected StreamException timedOut(Duration time) {
    return new StreamException(
        StreamError.TIMEOUT,
        "the client sent "
            + target.position()
            + " bytes within "
            + Durations.text(time)
            + ", too few to know what it speaks: "
            + next);
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, "the detection of TLS was cancelled, the stream is closed");
  }

  @Override
  protected void ended(@Nullable IOException error) {
    if (error != null) {
      next.close();
    }
  }

  @Override
  protected void discard(D found) {
    next.close();
  }

  @Override
  public Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public String toString() {
    return "the detection of TLS on " + next;
  }
}
