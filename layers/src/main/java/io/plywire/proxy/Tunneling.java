// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.StepOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Has a conversation on a stream, which is the tunnel afterwards. It knows no protocol. */
final class Tunneling extends StepOperation {
  private final Conversation conversation;
  private final Duration timeout;
  private final ByteBuffer[] sources = new ByteBuffer[1];

  Tunneling(
      AsyncStream next,
      Conversation conversation,
      Duration timeout,
      Handler<? super AsyncStream> handler) {
    super(next, handler);
    this.conversation = conversation;
    this.timeout = timeout;
  }

  @Override
  protected void start() {
    limit(timeout);
    goOn();
  }

  @Override
  protected void advance() {
    try {
      switch (conversation.next()) {
        case SEND -> {
          sources[0] = conversation.outgoing();
          next.asyncWriteSome(sources, this);
        }
        case RECEIVE -> next.asyncReadSome(conversation.room(), this);
        case DONE -> succeed(next);
      }
    } catch (Refusal refusal) {
      fail(refusal.on(next, null));
    }
  }

  @Override
  protected IOException failed(IOException error) {
    if (!(error instanceof OperationException known)
        || known.condition() != ErrorCondition.CONNECTION_LOST) {
      return error;
    }
    Refusal refusal = conversation.lost(error);
    if (refusal != null) {
      return refusal.on(next, error);
    }
    return known instanceof StreamException ended && ended.error() == StreamError.EOF
        ? new StreamException(StreamError.EOF, "the proxy ended after " + progress(), error)
        : error;
  }

  private String progress() {
    return conversation.receivedInAll()
        + " bytes of its answer for "
        + conversation.target()
        + ": "
        + next;
  }

  @Override
  protected StreamException timedOut(Duration time) {
    return new StreamException(
        StreamError.TIMEOUT,
        "no tunnel within " + Durations.text(time) + ", the proxy sent " + progress());
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, "asking a proxy was cancelled, the stream is closed, after " + progress());
  }

  @Override
  public String toString() {
    return "asking a proxy for " + conversation.target() + " on " + next;
  }
}
