// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Timeouts in nanoseconds. Connections with the same ones share them. */
final class TimeoutNanos {
  /** Instead of a duration: never. */
  static final long OFF = Long.MAX_VALUE;

  static final TimeoutNanos NONE = new TimeoutNanos(Timeouts.none());

  private static volatile @Nullable TimeoutNanos last;

  final long handshake;
  final long closing;
  final long idle;
  final long ping;
  final long pong;
  final long stall;
  final long message;
  private final Timeouts timeouts;

  private TimeoutNanos(Timeouts timeouts) {
    this.timeouts = timeouts;
    this.handshake = nanos(timeouts.handshake());
    this.closing = nanos(timeouts.closing());
    this.idle = nanos(timeouts.idle());
    this.ping = nanos(timeouts.pingInterval());
    this.pong = nanos(timeouts.pong());
    this.stall = nanos(timeouts.writeStall());
    this.message = nanos(timeouts.message());
  }

  /** Returns those of the connection before, if they are the same. */
  static TimeoutNanos of(Timeouts timeouts) {
    TimeoutNanos known = last;
    if (known == null || !known.timeouts.equals(timeouts)) {
      known = new TimeoutNanos(timeouts);
      last = known;
    }
    return known;
  }

  /** Returns a copy in which a write may stall no longer than closing may take. */
  TimeoutNanos withStallOfClosing() {
    return new TimeoutNanos(timeouts.withWriteStall(timeouts.closing()));
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.isZero() ? OFF : timeout.toNanos();
    } catch (ArithmeticException e) {
      return OFF; // 292 years and more
    }
  }
}
