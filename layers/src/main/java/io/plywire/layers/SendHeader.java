// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.layers.internal.StepOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The client's side: writes a header. */
final class SendHeader extends StepOperation {
  private final Duration timeout;
  private final ByteBuffer[] sources;

  SendHeader(
      AsyncStream next,
      ProxyHeader header,
      Duration timeout,
      Handler<? super AsyncStream> handler) {
    super(next, handler);
    this.timeout = timeout;
    this.sources = new ByteBuffer[] {ByteBuffer.wrap(header.toBytes())};
  }

  @Override
  protected void start() {
    limit(timeout);
    goOn();
  }

  @Override
  protected void advance() {
    if (sources[0].hasRemaining()) {
      next.asyncWriteSome(sources, this);
    } else {
      succeed(next);
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
  public String toString() {
    return "the writing of a PROXY header to " + next;
  }
}
