// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches the deadlines of one connection with one timer.
 *
 * <p>Moving a deadline is a field assignment: the timer is left alone as long as it fires early
 * enough, looks around when it does, and sets itself again for whatever comes next. Without a
 * deadline in force there is no timer.
 */
final class Liveness implements Runnable {
  private static final long OFF = Long.MAX_VALUE;

  private final Connection c;
  private final StreamExecutor executor;
  private final long origin; // times are kept relative to it, so that they compare

  private long handshakeNanos = OFF;
  private long closingNanos = OFF;
  private long idleNanos = OFF;
  private long pingNanos = OFF;
  private long pongNanos = OFF;
  private long stallNanos = OFF;

  // Deadlines and times.
  private long handshakeEnd = OFF;
  private long closingEnd = OFF;
  private long stallEnd = OFF;
  private @Nullable Op writer;
  private boolean reading;
  private long readingStoppedAt;
  private long lastReceived;
  private boolean pinged; // and not a byte received since
  private long pingedAt;

  private StreamExecutor.@Nullable Timer timer;
  private long timerAt = OFF;

  Liveness(Connection c) {
    this.c = c;
    this.executor = c.executor;
    this.origin = executor.nanoTime();
  }

  void configure(Timeouts timeouts) {
    handshakeNanos = nanos(timeouts.handshake());
    closingNanos = nanos(timeouts.closing());
    idleNanos = nanos(timeouts.idle());
    pingNanos = nanos(timeouts.pingInterval());
    pongNanos = nanos(timeouts.pong());
    stallNanos = nanos(timeouts.writeStall());
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.isZero() ? OFF : timeout.toNanos();
    } catch (ArithmeticException e) {
      return OFF; // 292 years and more
    }
  }

  private long now() {
    return executor.nanoTime() - origin;
  }

  private static long after(long time, long duration) {
    return duration == OFF ? OFF : time + duration;
  }

  // ---- what happens

  void handshakeStarted() {
    if (handshakeNanos != OFF) {
      handshakeEnd = after(now(), handshakeNanos);
      watch(handshakeEnd);
    }
  }

  void handshakeEnded() {
    handshakeEnd = OFF;
    unwatchIfIdle();
  }

  void closingStarted() {
    if (closingNanos != OFF && closingEnd == OFF) {
      closingEnd = after(now(), closingNanos);
      watch(closingEnd);
    }
  }

  void closingCancelled() {
    closingEnd = OFF;
    unwatchIfIdle();
  }

  /** A read begins to wait; the clocks go on from where they stood. */
  void readingStarted() {
    if (!reading && (idleNanos != OFF || pingNanos != OFF)) {
      reading = true;
      long pause = now() - readingStoppedAt;
      lastReceived += pause;
      pingedAt += pause;
      watch(nextReadDeadline());
    }
  }

  void readingStopped() {
    if (reading) {
      reading = false;
      readingStoppedAt = now();
    }
  }

  /** Some bytes came, whatever they were. */
  void received() {
    if (reading) {
      lastReceived = now();
      if (pinged) {
        pinged = false;
        watch(nextReadDeadline()); // the next ping may be due before the pong would have been
      }
    }
  }

  /** An operation gives bytes to the next layer. */
  void writing(Op op) {
    if (stallNanos != OFF) {
      writer = op;
      stallEnd = after(now(), stallNanos);
      watch(stallEnd);
    }
  }

  /** The next layer took some. */
  void wrote() {
    stallEnd = OFF;
    writer = null;
  }

  /** Everything is over. */
  void stop() {
    handshakeEnd = OFF;
    closingEnd = OFF;
    stallEnd = OFF;
    reading = false;
    writer = null;
    cancelTimer();
  }

  // ---- the timer

  private long nextReadDeadline() {
    long idleEnd = after(lastReceived, idleNanos);
    long next;
    if (!pinged) {
      next = after(lastReceived, pingNanos);
    } else {
      next = after(pingedAt, pongNanos);
    }
    return Math.min(idleEnd, next);
  }

  private void watch(long deadline) {
    if (deadline < timerAt) {
      cancelTimer();
      timerAt = deadline;
      timer = executor.schedule(Duration.ofNanos(Math.max(0, deadline - now())), this);
    }
  }

  private void unwatchIfIdle() {
    if (handshakeEnd == OFF && closingEnd == OFF && stallEnd == OFF && !reading) {
      cancelTimer();
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    timerAt = OFF;
  }

  /** Looks which deadlines have passed, and waits for the next one. */
  @Override
  public void run() {
    timer = null;
    timerAt = OFF;
    if (c.hasEnded()) {
      return;
    }
    long now = now();
    if (handshakeEnd <= now) {
      c.timeout("the opening handshake took longer than " + Duration.ofNanos(handshakeNanos), null);
    } else if (closingEnd <= now) {
      c.timeout("the closing handshake took longer than " + Duration.ofNanos(closingNanos), null);
    } else if (stallEnd <= now) {
      c.timeout("the next layer accepted nothing for " + Duration.ofNanos(stallNanos), writer);
    } else if (reading && after(lastReceived, idleNanos) <= now) {
      c.timeout("nothing was received for " + Duration.ofNanos(idleNanos), null);
    } else if (reading && pinged && after(pingedAt, pongNanos) <= now) {
      c.timeout("nothing was received for " + Duration.ofNanos(pongNanos) + " after a ping", null);
    } else {
      if (reading && !pinged && after(lastReceived, pingNanos) <= now) {
        pinged = true;
        pingedAt = now;
        c.operations.keepAlive().start();
      }
      if (!c.hasEnded()) {
        long next = Math.min(Math.min(handshakeEnd, closingEnd), stallEnd);
        if (reading) {
          next = Math.min(next, nextReadDeadline());
        }
        watch(next);
      }
    }
  }

  /** Makes the failure of a deadline that has passed. */
  static StreamException expired(String message) {
    return new StreamException(StreamError.TIMEOUT, message);
  }
}
