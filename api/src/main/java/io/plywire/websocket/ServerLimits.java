// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * How much a server takes on. Immutable; zero means no limit, which is the default of each.
 *
 * <p>Limits are exact, however many connections come at once. A connection counts from when it is
 * accepted until it has ended, and is opening until its WebSocket is open.
 *
 * @param connections how many at the same time
 * @param connectionsPerAddress how many of one address at the same time: of an IPv6 network of 64
 *     bits, which is what one customer has; of the real one, if a layer {@linkplain
 *     io.plywire.transport.PeerAddress tells it}; none for streams without addresses
 * @param openings how many may be opening at the same time
 * @param openingsPerSecond how many may begin to within a second; so many may come at once
 * @param overflow what happens to the others
 * @param retryAfter what they are told; whole seconds are sent, rounded up
 */
public record ServerLimits(
    int connections,
    int connectionsPerAddress,
    int openings,
    int openingsPerSecond,
    Overflow overflow,
    Duration retryAfter) {

  /** What happens to a connection beyond a limit. */
  public enum Overflow {
    /**
     * Its layers are opened and its request is read, and then it is told: 429 of the limit is that
     * of its address, otherwise 503. At most 256 at the same time; the others are closed.
     */
    REFUSE,
    /** It is closed at once, before TLS costs anything. */
    CLOSE
  }

  private static final ServerLimits NONE =
      new ServerLimits(0, 0, 0, 0, Overflow.REFUSE, Duration.ofSeconds(5));

  /** Checks the values. */
  public ServerLimits {
    require(connections, "connections");
    require(connectionsPerAddress, "connectionsPerAddress");
    require(openings, "openings");
    require(openingsPerSecond, "openingsPerSecond");
    Objects.requireNonNull(overflow, "overflow");
    if (retryAfter.isNegative()) {
      throw new IllegalArgumentException("retryAfter is negative: " + retryAfter);
    }
  }

  private static void require(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is negative: %d; 0 is no limit", name, value));
    }
  }

  /** Returns no limits. */
  public static ServerLimits none() {
    return NONE;
  }

  /** Returns these with another number of connections. */
  public ServerLimits withConnections(int most) {
    return new ServerLimits(
        most, connectionsPerAddress, openings, openingsPerSecond, overflow, retryAfter);
  }

  /** Returns these with another number of connections of one address. */
  public ServerLimits withConnectionsPerAddress(int most) {
    return new ServerLimits(connections, most, openings, openingsPerSecond, overflow, retryAfter);
  }

  /** Returns these with another number of connections that are opening. */
  public ServerLimits withOpenings(int most) {
    return new ServerLimits(
        connections, connectionsPerAddress, most, openingsPerSecond, overflow, retryAfter);
  }

  /** Returns these with another number of openings within a second. */
  public ServerLimits withOpeningsPerSecond(int most) {
    return new ServerLimits(
        connections, connectionsPerAddress, openings, most, overflow, retryAfter);
  }

  /** Returns these with something else for those beyond them. */
  public ServerLimits withOverflow(Overflow what) {
    return new ServerLimits(
        connections, connectionsPerAddress, openings, openingsPerSecond, what, retryAfter);
  }

  /** Returns these with another time to wait for those beyond them. */
  public ServerLimits withRetryAfter(Duration time) {
    return new ServerLimits(
        connections, connectionsPerAddress, openings, openingsPerSecond, overflow, time);
  }
}
