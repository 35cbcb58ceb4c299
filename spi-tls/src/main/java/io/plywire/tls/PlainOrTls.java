// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.spi.StagedOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import java.io.IOException;
import java.time.Duration;

/**
 * The server's side of a port for both: finds out what the client speaks, then shakes hands if it
 * is TLS. Both together may take as long as a handshake.
 */
final class PlainOrTls extends StagedOperation<AsyncStream> {
  private final AsyncStream next;
  private final TlsContext context;
  private final Duration timeout;
  private final long begun;

  PlainOrTls(AsyncStream next, TlsContext context, Handler<? super AsyncStream> handler) {
    super(next.executor(), handler);
    this.next = next;
    this.context = context;
    this.timeout = context.config().handshakeTimeout();
    this.begun = streamExecutor().nanoTime();
  }

  @Override
  protected void start() {
    closeOnFailure(next);
    TlsDetector.asyncDetect(next, timeout, stage(this::detected));
  }

  private void detected(TlsDetector.Detected found) {
    if (found.tls()) {
      TlsStream.asyncHandshake(
          found.stream(), context.newEngine(null, -1), timeLeft(), stage(this::succeed));
    } else {
      succeed(found.stream());
    }
  }

  /**
   * Returns what the detection has left of the time; zero means no limit, so never that. Each stage
   * has its limit itself, since it knows best what it was waiting for.
   */
  private Duration timeLeft() {
    if (timeout.isZero()) {
      return timeout;
    }
    Duration left = timeout.minusNanos(streamExecutor().nanoTime() - begun);
    return left.isNegative() || left.isZero() ? Duration.ofNanos(1) : left;
  }

  @Override
  protected IOException brokenOff(Throwable thrown) {
    return new TlsException(TlsError.ENGINE, "the TLS engine cannot be set up: " + thrown, thrown);
  }

  @Override
  public String toString() {
    return "TLS or plain text on " + next;
  }
}
