// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

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
import org.jspecify.annotations.Nullable;

/** The client's side: writes a header. */
final class SendHeader extends OneShotOperation<AsyncStream> implements IoHandler, Iteration.Step {
  private final AsyncStream next;
  private final Duration timeout;
  private final ByteBuffer[] sources;
  private final Iteration iteration = new Iteration();

  SendHeader(
      AsyncStream next,
      ProxyHeader header,
      Duration timeout,
      Handler<? super AsyncStream> handler) {
    super(next.executor(), handler);
    this.next = next;
    this.timeout = timeout;
    this.sources = new ByteBuffer[] {ByteBuffer.wrap(header.toBytes())};
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
    if (sources[0].hasRemaining()) {
      next.asyncWriteSome(sources, this);
    } else {
      succeed(next);
    }
  }

  @Override
  public void completed(@Nullable IOException error, long count) {
    if (isOver()) {
      return;
    }
    if (error == null) {
      iteration.run(this);
    } else {
      fail(error);
    }
  }

  private String progress() {
    return sources[0].position() + " of " + sources[0].limit() + " bytes";
  }

  @Override
  protected StreamException timedOut(Duration time) {
    return new StreamException(
        StreamError.TIMEOUT,
        "the peer took "
            + progress()
            + " of a PROXY header within "
            + Durations.text(time)
            + ": "
            + next);
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type,
        "writing a PROXY header was cancelled after "
            + progress()
            + ", the stream is closed: "
            + next);
  }

  @Override
  protected void ended(@Nullable IOException error) {
    if (error != null) {
      next.close();
    }
  }

  @Override
  public Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public String toString() {
    return "the writing of a PROXY header to " + next;
  }
}
