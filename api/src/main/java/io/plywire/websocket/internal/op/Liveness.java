// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Durations;
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
class Liveness implements Runnable {
  static final long OFF = TimeoutNanos.OFF;

  final Connection c;
  private final long origin; // times are kept relative to it, so that they compare
  TimeoutNanos timeouts = TimeoutNanos.NONE;

  // Deadlines and times.
  private long handshakeEnd = OFF; // of the opening or the closing one, whichever is under way
  private boolean closing;
  private long stallEnd = OFF;
  private @Nullable CallOp writer; // of the call, if any, whose bytes are with the next layer
  private boolean reading;
  private long readingStoppedAt;
  private long lastReceived;
  private boolean pinged; // and not a byte received since
  private long pingedAt;

  private StreamExecutor.@Nullable Timer timer;
  private long timerAt = OFF;

  Liveness(Connection c) {
    this.c = c;
    this.origin = c.executor.nanoTime();
  }

  /** Makes what a connection with such options needs. */
  static Liveness of(Connection c) {
    return MessageLiveness.isAskedFor(c.options) ? new MessageLiveness(c) : new Liveness(c);
  }

  void configure(Timeouts chosen) {
    timeouts = TimeoutNanos.of(chosen);
  }

  final long now() {
    return c.executor.nanoTime() - origin;
  }

  static long after(long time, long duration) {
    return duration == OFF ? OFF : time + duration;
  }

  // ---- what happens

  void handshakeStarted() {
    if (timeouts.handshake != OFF) {
      handshakeEnd = after(now(), timeouts.handshake);
      watch(handshakeEnd);
    }
  }

  /** What is left of the opening handshake shall not take longer than this. */
  void hurry(long nanos) {
    long end = after(now(), nanos);
    if (end < handshakeEnd) {
      handshakeEnd = end;
      watch(handshakeEnd);
    }
  }

  void handshakeEnded() {
    handshakeEnd = OFF;
    unwatchIfIdle();
  }

  void closingStarted() {
    if (timeouts.closing != OFF && !closing) {
      closing = true;
      handshakeEnd = after(now(), timeouts.closing);
      watch(handshakeEnd);
    }
  }

  void closingCancelled() {
    closing = false;
    handshakeEnded();
  }

  /** A read begins to wait; the clocks go on from where they stood. */
  void readingStarted() {
    if (!reading && judgesReading()) {
      reading = true;
      readingPaused(now() - readingStoppedAt);
      watch(nextReadDeadline());
    }
  }

  /** Tells whether anything depends on how reading goes. */
  boolean judgesReading() {
    return timeouts.idle != OFF || timeouts.ping != OFF;
  }

  /** Nobody has read for so long, which is not the peer's fault. */
  void readingPaused(long nanos) {
    lastReceived += nanos;
    pingedAt += nanos;
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

  /**
   * A message begins to arrive, for a read that waits.
   *
   * @return false if the read has to wait until its pause ends
   */
  boolean messageBegins() {
    return true;
  }

  /** The last byte of the message has come. */
  void messageEnded() {}

  /**
   * A message is about to be sent.
   *
   * @return false if the write has to wait until its pause ends
   */
  boolean messageMayGo() {
    return true;
  }

  /** The message that has to wait is not sent. */
  void messageWithdrawn() {}

  /** Bytes are given to the next layer, for a call or for none. */
  void writing(@Nullable CallOp op) {
    if (timeouts.stall != OFF) {
      writer = op;
      stallEnd = after(now(), timeouts.stall);
      watch(stallEnd);
    }
  }

  /** No write may stall for longer than closing may take. */
  void limitStall() {
    if (timeouts.closing < timeouts.stall) {
      timeouts = timeouts.withStallOfClosing();
      if (!c.turn.isFree() && !c.lifecycle.hasEnded()) {
        writing(writer);
      }
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
    stallEnd = OFF;
    reading = false;
    writer = null;
    cancelTimer();
  }

  // ---- the timer

  long nextReadDeadline() {
    long idleEnd = after(lastReceived, timeouts.idle);
    long next;
    if (!pinged) {
      next = after(lastReceived, timeouts.ping);
    } else {
      next = after(pingedAt, timeouts.pong);
    }
    return Math.min(idleEnd, next);
  }

  final void watch(long deadline) {
    if (deadline < timerAt) {
      cancelTimer();
      timerAt = deadline;
      timer = c.executor.schedule(Duration.ofNanos(Math.max(0, deadline - now())), this);
    }
  }

  private void unwatchIfIdle() {
    if (handshakeEnd == OFF && stallEnd == OFF && !reading) {
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

  static String text(long nanos) {
    return Durations.text(Duration.ofNanos(nanos));
  }

  /** Ends the connection if the peer has not sent in time what it should have. */
  boolean endsReading(long now) {
    if (after(lastReceived, timeouts.idle) <= now) {
      c.lifecycle.timeout("nothing was received for " + text(timeouts.idle), null);
      return true;
    }
    if (pinged && after(pingedAt, timeouts.pong) <= now) {
      c.lifecycle.timeout(
          "nothing was received for " + text(timeouts.pong) + " after a ping", null);
      return true;
    }
    return false;
  }

  /** Looks which deadlines have passed, and waits for the next one. */
  @Override
  public void run() {
    timer = null;
    timerAt = OFF;
    if (c.lifecycle.hasEnded()) {
      return;
    }
    long now = now();
    if (handshakeEnd <= now) {
      if (closing) {
        c.lifecycle.timeout(
            "the closing handshake took longer than " + text(timeouts.closing), null);
      } else {
        c.lifecycle.openingTimeout(
            "the opening handshake took longer than " + text(timeouts.handshake));
      }
    } else if (stallEnd <= now) {
      c.lifecycle.timeout(
          "the peer has taken nothing of what is being written for " + text(timeouts.stall),
          writer);
    } else if (!reading || !endsReading(now)) {
      if (reading && !pinged && after(lastReceived, timeouts.ping) <= now) {
        pinged = true;
        pingedAt = now;
        c.operations.keepAlive().start();
      }
      if (!c.lifecycle.hasEnded()) {
        long next = Math.min(handshakeEnd, stallEnd);
        if (reading) {
          next = Math.min(next, nextReadDeadline());
        }
        watch(next);
      }
    }
  }
}
