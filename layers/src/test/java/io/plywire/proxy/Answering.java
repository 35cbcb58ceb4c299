// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.StepOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** The proxy's side of a {@link Script}; whoever says anything else is refused. */
final class Answering extends StepOperation {
  private final Script script;
  private int turn;
  private ByteBuffer request;
  private ByteBuffer answer = ByteBuffer.allocate(0);

  Answering(AsyncStream next, Script script, Handler<? super AsyncStream> handler) {
    super(next, handler);
    this.script = script;
    this.request = ByteBuffer.allocate(script.requests().get(0).length);
  }

  @Override
  protected void start() {
    Duration timeout = script.options().get(TunnelOptions.TIMEOUT);
    limit(timeout == null ? Duration.ZERO : timeout);
    goOn();
  }

  @Override
  protected void advance() {
    if (answer.hasRemaining()) {
      next.asyncWriteSome(new ByteBuffer[] {answer}, this);
      return;
    }
    int read = request.position();
    byte[] expected = script.requests().get(Math.min(turn, script.requests().size() - 1));
    if (turn == script.requests().size()) {
      succeed(next);
    } else if (!Arrays.equals(request.array(), 0, read, expected, 0, read)) {
      fail(new StreamException(StreamError.PROTOCOL, "that is not in the script of " + this));
    } else if (request.hasRemaining()) {
      next.asyncReadSome(request, this);
    } else {
      answer = ByteBuffer.wrap(script.answers().get(turn));
      turn++;
      if (turn < script.requests().size()) {
        request = ByteBuffer.allocate(script.requests().get(turn).length);
      }
      next.asyncWriteSome(new ByteBuffer[] {answer}, this);
    }
  }

  @Override
  protected IOException timedOut(Duration time) {
    return new StreamException(
        StreamError.TIMEOUT, this + " heard nothing within " + Durations.text(time));
  }

  @Override
  public String toString() {
    return "the proxy of " + script + " on " + next;
  }
}
