// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a read after the other, as long as there is something requested. All but the
 * counter and the subscriber belong to the serial executor.
 */
final class Reading implements Flow.Subscription {
  private final WebSocketStream stream;
  private final Executor serial;
  private final AtomicLong requested = new AtomicLong();
  private final CancellationSignal stop = new CancellationSignal();
  private final Handler<Message> handler;
  private volatile Flow.@Nullable Subscriber<? super Message> subscriber; // none after the end
  private boolean reading;

  Reading(WebSocketStream stream, Executor serial, Flow.Subscriber<? super Message> subscriber) {
    this.stream = stream;
    this.serial = serial;
    this.subscriber = subscriber;
    this.handler =
        Handler.bindExecutor(serial, Handler.bindCancellationSlot(stop.slot(), this::completed));
  }

  void begin() {
    signal(to -> to.onSubscribe(this));
    if (stream.closeOutcome() != null) {
      read(); // an end is told without a request, if it is known
    }
  }

  /** Tells a subscriber that it gets nothing. */
  void refuse(Throwable why) {
    signal(to -> to.onSubscribe(this));
    end(to -> to.onError(why));
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      serial.execute(() -> fail(n));
      return;
    }
    requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    serial.execute(this::readOn);
  }

  private void fail(long n) {
    stop.emit(CancellationType.PARTIAL);
    end(
        to ->
            to.onError(
                new IllegalArgumentException(
                    "request of " + n + " is not positive, see rule 3.9 of Reactive Streams")));
  }

  @Override
  public void cancel() {
    subscriber = null;
    stop.emit(CancellationType.PARTIAL); // a read that has not begun yet will not begin
  }

  private void readOn() {
    if (requested.get() > 0) {
      read();
    }
  }

  private void read() {
    if (reading || subscriber == null) {
      return;
    }
    reading = true;
    try {
      stream.asyncRead(handler);
    } catch (IllegalStateException e) { // somebody else reads
      end(to -> to.onError(e));
      return;
    }
    if (subscriber == null) {
      stop.emit(CancellationType.PARTIAL); // cancelled when there was nothing to stop yet
    }
  }

  private void completed(@Nullable IOException error, @Nullable Message message) {
    reading = false;
    if (message != null) {
      requested.decrementAndGet();
      signal(to -> to.onNext(message));
      readOn();
    } else if (isClosedInOrder(error)) {
      end(Flow.Subscriber::onComplete);
    } else {
      end(to -> to.onError(Objects.requireNonNull(error)));
    }
  }

  private static boolean isClosedInOrder(@Nullable IOException error) {
    CloseOutcome outcome = error instanceof WebSocketException known ? known.outcome() : null;
    return outcome != null && outcome.handshakeComplete();
  }

  // ---- the subscriber

  private interface Signal {
    void to(Flow.Subscriber<? super Message> subscriber);
  }

  private void signal(Signal signal) {
    Flow.Subscriber<? super Message> to = subscriber;
    if (to == null) {
      return;
    }
    try {
      signal.to(to);
    } catch (Throwable e) {
      subscriber = null; // rule 2.13: it counts as cancelled
      throw e;
    }
  }

  private void end(Signal last) {
    Flow.Subscriber<? super Message> to = subscriber;
    if (to != null) {
      subscriber = null;
      last.to(to);
    }
  }
}
