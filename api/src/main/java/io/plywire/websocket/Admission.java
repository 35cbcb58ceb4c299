// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.StreamExecutor;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts against {@link ServerLimits}. Any thread may come, and no count is ever passed. */
final class Admission {
  private static final int MOST_REFUSALS = 256;
  private static final Object NOBODY = "nobody";
  private static final int NETWORK_BYTES = 8; // of an IPv6 address

  private final ServerLimits limits;
  private final StreamExecutor clock;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger openings = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final ConcurrentHashMap<Object, Integer> byAddress = new ConcurrentHashMap<>();
  private final AtomicLong nextOpening; // when the bucket has room for one more, if full

  Admission(ServerLimits limits, StreamExecutor clock) {
    this.limits = limits;
    this.clock = clock;
    this.nextOpening = new AtomicLong(clock.nanoTime() - 1_000_000_000L);
  }

  /** Counts a connection that was accepted, and that it is opening; returns false if it is full. */
  boolean enter() {
    if (!take(connections, limits.connections())) {
      return false;
    }
    if (!take(openings, limits.openings())) {
      connections.decrementAndGet();
      return false;
    }
    if (!takeRate()) {
      openings.decrementAndGet();
      connections.decrementAndGet();
      return false;
    }
    return true;
  }

  private static boolean take(AtomicInteger count, int most) {
    if (most == 0) {
      count.incrementAndGet();
      return true;
    }
    int now = count.get();
    while (now < most) {
      if (count.compareAndSet(now, now + 1)) {
        return true;
      }
      now = count.get();
    }
    return false;
  }

  /** Each opening moves a mark on by its share of a second; it may be a second ahead of itself. */
  private boolean takeRate() {
    int most = limits.openingsPerSecond();
    if (most == 0) {
      return true;
    }
    long share = 1_000_000_000L / most;
    while (true) {
      long now = clock.nanoTime();
      long mark = nextOpening.get();
      long from = mark - (now - 1_000_000_000L) < 0 ? now - 1_000_000_000L : mark;
      if (from + share - now > 0) {
        return false;
      }
      if (nextOpening.compareAndSet(mark, from + share)) {
        return true;
      }
    }
  }

  /**
   * An opening that was counted is none, since its address has enough: it takes nothing from the
   * others' share of the second.
   */
  private void giveBackRate() {
    int most = limits.openingsPerSecond();
    if (most > 0) {
      nextOpening.addAndGet(-1_000_000_000L / most);
    }
  }

  /** Returns whether addresses count. */
  boolean countsAddresses() {
    return limits.connectionsPerAddress() > 0;
  }

  /**
   * Counts a connection of an address.
   *
   * @return what to give to {@link #left}, or null if the address has enough
   */
  @Nullable Object enter(SocketAddress address) {
    Object key = key(address);
    if (key.equals(NOBODY)) {
      return key;
    }
    int[] counted = {0};
    byAddress.compute(
        key,
        (k, count) -> {
          int now = count == null ? 0 : count;
          if (now < limits.connectionsPerAddress()) {
            counted[0] = 1;
            return now + 1;
          }
          return count;
        });
    if (counted[0] == 0) {
      giveBackRate();
      return null;
    }
    return key;
  }

  private static Object key(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return NOBODY; // the sockets of one machine all have the same
    }
    InetAddress host = internet.getAddress();
    return host instanceof Inet6Address
        ? ByteBuffer.wrap(host.getAddress(), 0, NETWORK_BYTES)
        : host;
  }

  /** Begins to refuse a connection in words; returns false if too many are being refused. */
  boolean refuse() {
    return limits.overflow() == ServerLimits.Overflow.REFUSE && take(refusals, MOST_REFUSALS);
  }

  void refused() {
    refusals.decrementAndGet();
  }

  void opened() {
    openings.decrementAndGet();
  }

  /** A connection that was counted has ended. */
  void left(boolean wasOpening, @Nullable Object key) {
    if (wasOpening) {
      openings.decrementAndGet();
    }
    connections.decrementAndGet();
    if (key != null && !key.equals(NOBODY)) {
      byAddress.compute(key, (k, count) -> count == null || count == 1 ? null : count - 1);
    }
  }
}
