// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The messages that a WebSocket receives, for one subscriber.
 *
 * <p>Nothing is read from the connection that was not requested: the peer feels the back-pressure
 * of a slow subscriber through the window of the transport. What goes with that is plywire's second
 * rule: while nothing is requested, pings are not answered and the peer's close is not noticed.
 *
 * <p>It ends with {@code onComplete} when close frames went both ways, whatever their codes, and
 * with {@code onError} and an {@link java.io.IOException} otherwise; {@link
 * WebSocketStream#closeOutcome()} tells more. A request that is not positive is an error that does
 * not harm the WebSocket, and so is a second subscriber.
 *
 * <p>{@code cancel} ends the reading at once and leaves the WebSocket open, to be closed by whoever
 * has it; a message that was just being handed over is dropped.
 *
 * <p>The subscriber's methods run one at a time, on the executor of the stream, which they must not
 * block, unless another one is given. If one throws, the subscription is cancelled and the
 * connection closed, as with every handler that throws.
 *
 * <p>Thread safety: every method may be called by any thread. The stream must have no other reader.
 */
public final class MessagePublisher implements Flow.Publisher<Message> {
  private final WebSocketStream stream;
  private final Executor serial;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /**
   * Publishes what a stream receives, on its executor.
   *
   * @param stream open, or about to be; remains the caller's to close
   */
  public MessagePublisher(WebSocketStream stream) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.serial = stream.executor();
  }

  /**
   * Publishes what a stream receives, on an executor.
   *
   * @param stream open, or about to be; remains the caller's to close
   * @param executor where the subscriber's methods run, which may block there; must not run tasks
   *     in the thread that posts them
   */
  public MessagePublisher(WebSocketStream stream, Executor executor) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.serial = new ExecutorAdapter(executor);
  }

  /**
   * Hands the messages to a subscriber. Its {@code onSubscribe} runs later, where the others do.
   *
   * @param subscriber the only one; a second gets an {@link IllegalStateException}
   */
  @Override
  public void subscribe(Flow.Subscriber<? super Message> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    Reading reading = new Reading(stream, serial, subscriber);
    if (subscribed.compareAndSet(false, true)) {
      serial.execute(reading::begin);
    } else {
      serial.execute(
          () -> reading.refuse(new IllegalStateException(this + " has had its one subscriber")));
    }
  }

  @Override
  public String toString() {
    return "MessagePublisher[" + stream + "]";
  }
}
