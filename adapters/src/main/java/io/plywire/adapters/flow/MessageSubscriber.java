// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.stream.Handler;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends what it is given over a WebSocket, and closes that at the end.
 *
 * <p>One message is requested at a time, the next one when the last one is with the layer below: a
 * slow peer slows the publisher down. After {@code onComplete} the WebSocket is closed with {@link
 * CloseReason#NORMAL}, after {@code onError} with {@link CloseCode#INTERNAL_ERROR}, in both cases
 * when the message before has gone. A write that fails cancels the subscription. {@link #closed()}
 * tells how it all ended.
 *
 * <p>Messages are requested on the executor of the stream unless another one is given; a publisher
 * that makes them within {@code request} makes them there, and must not block.
 *
 * <p>Thread safety: as Reactive Streams have it, signals come one after the other. The stream must
 * have no other writer.
 */
public final class MessageSubscriber implements Flow.Subscriber<Message> {
  private final WebSocketStream stream;
  private final Executor executor;
  private final CompletableFuture<CloseOutcome> closed = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock(); // of all below
  private Flow.@Nullable Subscription subscription;
  private boolean writing;
  private boolean ended; // by the publisher, or by a failure here
  private @Nullable Throwable reason; // that the publisher has given for it

  /**
   * Sends over a stream, and requests on its executor.
   *
   * @param stream open
   */
  public MessageSubscriber(WebSocketStream stream) {
    this(stream, stream.executor());
  }

  /**
   * Sends over a stream, and requests on an executor.
   *
   * @param stream open
   * @param executor where the subscription is asked for more; a publisher may block there
   */
  public MessageSubscriber(WebSocketStream stream, Executor executor) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /**
   * Returns a stage that completes when the WebSocket has ended: with the outcome after {@code
   * onComplete}, and exceptionally with what the publisher has given to {@code onError}, or with
   * why a message could not be sent. It runs what depends on it on the executor of the stream.
   */
  public CompletionStage<CloseOutcome> closed() {
    return closed.minimalCompletionStage();
  }

  @Override
  public void onSubscribe(Flow.Subscription offered) {
    Objects.requireNonNull(offered, "subscription");
    boolean first;
    lock.lock();
    try {
      first = subscription == null && !ended;
      if (first) {
        subscription = offered;
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      offered.request(1);
    } else {
      offered.cancel(); // rule 2.5
    }
  }

  @Override
  public void onNext(Message message) {
    Objects.requireNonNull(message, "message");
    lock.lock();
    try {
      if (ended) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    try {
      stream.asyncWrite(message, (error, bytes) -> executor.execute(() -> written(error)));
    } catch (IllegalStateException e) { // somebody else writes, or a message is open
      writingEnded();
      fail(e);
    }
  }

  private void written(@Nullable IOException error) {
    boolean wasEnded = writingEnded();
    if (error != null) {
      fail(error);
    } else if (wasEnded) {
      close();
    } else {
      Objects.requireNonNull(subscription).request(1);
    }
  }

  /** Takes note of the end of a write; returns whether it was the last one. */
  private boolean writingEnded() {
    lock.lock();
    try {
      writing = false;
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Exception why) {
    Flow.Subscription source;
    lock.lock();
    try {
      source = ended ? null : subscription;
      ended = true;
    } finally {
      lock.unlock();
    }
    if (source != null) {
      source.cancel();
    }
    closed.completeExceptionally(reason == null ? why : reason);
  }

  @Override
  public void onError(Throwable throwable) {
    end(Objects.requireNonNull(throwable, "throwable"));
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable why) {
    boolean now;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      reason = why;
      now = !writing;
    } finally {
      lock.unlock();
    }
    if (now) {
      close();
    }
  }

  private void close() {
    Throwable why = reason;
    CloseReason told = why == null ? CloseReason.NORMAL : CloseReason.of(CloseCode.INTERNAL_ERROR);
    Handler<CloseOutcome> handler =
        (error, outcome) -> {
          if (why != null || error != null) {
            closed.completeExceptionally(why != null ? why : error);
          } else {
            closed.complete(outcome);
          }
        };
    try {
      stream.asyncClose(told, handler);
    } catch (IllegalStateException e) { // somebody else closes
      closed.completeExceptionally(why != null ? why : e);
    }
  }

  @Override
  public String toString() {
    return "MessageSubscriber[" + stream + "]";
  }
}
