// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageRate;
import io.plywire.websocket.WebSocketOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches messages, too: how long one takes to arrive, and how many of them there are. A connection
 * that asks for none of that has the plain one, so it costs nothing there.
 */
final class MessageLiveness extends Liveness {
  private final @Nullable Pace incoming;
  private final @Nullable Pace outgoing;
  private long messageEnd = OFF; // for the one that is arriving
  private StreamExecutor.@Nullable Timer readPause; // while a message waits to be read on
  private StreamExecutor.@Nullable Timer writePause; // while a message waits to be sent

  MessageLiveness(Connection c) {
    super(c);
    incoming = pace(c.options.incomingRate());
    outgoing = pace(c.options.outgoingRate());
  }

  private static @Nullable Pace pace(MessageRate rate) {
    return rate.isLimited() ? new Pace(rate) : null;
  }

  static boolean isAskedFor(WebSocketOptions options) {
    return !options.timeouts().message().isZero()
        || options.incomingRate().isLimited()
        || options.outgoingRate().isLimited();
  }

  // ---- messages that come

  @Override
  boolean messageBegins() {
    messageEnd = after(now(), timeouts.message);
    watch(messageEnd);
    if (incoming == null) {
      return true;
    }
    long wait = incoming.pass(now());
    if (wait == 0) {
      return true;
    }
    super.readingStopped(); // that nothing is received has nothing to do with the peer
    readPause = c.executor.schedule(Duration.ofNanos(wait), this::readOn);
    return false;
  }

  private void readOn() {
    readPause = null;
    if (incoming != null) {
      incoming.pass(now()); // its time has come
    }
    c.operations.read.pauseEnded();
  }

  @Override
  void messageEnded() {
    messageEnd = OFF;
  }

  @Override
  void readingStarted() {
    if (readPause == null) {
      super.readingStarted();
    }
  }

  @Override
  boolean judgesReading() {
    return timeouts.message != OFF || super.judgesReading();
  }

  @Override
  void readingPaused(long nanos) {
    super.readingPaused(nanos);
    if (messageEnd != OFF) {
      messageEnd += nanos;
    }
  }

  @Override
  long nextReadDeadline() {
    return Math.min(messageEnd, super.nextReadDeadline());
  }

  @Override
  boolean endsReading(long now) {
    if (messageEnd > now) {
      return super.endsReading(now);
    }
    messageEnd = OFF;
    String why = "a message has taken longer than " + text(timeouts.message) + " to arrive";
    c.lifecycle.breakOff(
        new CloseReason(CloseCode.POLICY_VIOLATION, why),
        new StreamException(StreamError.TIMEOUT, why));
    return true;
  }

  // ---- messages that go

  @Override
  boolean messageMayGo() {
    long wait = outgoing == null ? 0 : outgoing.pass(now());
    if (wait > 0) {
      writePause = c.executor.schedule(Duration.ofNanos(wait), this::writeOn);
    }
    return wait == 0;
  }

  private void writeOn() {
    writePause = null;
    c.operations.write().pauseEnded();
  }

  @Override
  void messageWithdrawn() {
    writePause = cancelled(writePause);
  }

  // ---- the end

  @Override
  void closingStarted() {
    super.closingStarted();
    endPauses();
  }

  @Override
  void stop() {
    super.stop();
    messageEnd = OFF;
    endPauses();
  }

  /** Nothing waits for its time any more: what is read is dropped, and no new message goes. */
  private void endPauses() {
    if (readPause != null) {
      readPause = cancelled(readPause);
      c.operations.read.pauseEnded();
    }
    if (writePause != null) {
      writePause = cancelled(writePause);
      c.operations.write().pauseEnded();
    }
  }

  private static StreamExecutor.@Nullable Timer cancelled(StreamExecutor.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
    return null;
  }
}
