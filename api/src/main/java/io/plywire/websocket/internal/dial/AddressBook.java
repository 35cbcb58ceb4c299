// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows who to ask for the addresses of a host, in which order to try them, and for a while which
 * of them has worked. Thread-safe.
 */
public final class AddressBook {
  /** How long an address that has worked comes first. */
  private static final long WHILE_NANOS = Duration.ofMinutes(10).toNanos();

  private static final int MOST = 256;

  private record Key(String host, int port) {
    static Key of(Endpoint endpoint) {
      return new Key(endpoint.address(), endpoint.port());
    }
  }

  private record Good(InetAddress address, long since) {}

  private final Resolver resolver;
  private final Map<Key, Good> good =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Good> eldest) {
          return size() > MOST;
        }
      };

  /** Makes one that knows of no address yet. */
  public AddressBook(Resolver resolver) {
    this.resolver = resolver;
  }

  Resolver resolver() {
    return resolver;
  }

  /**
   * Puts the addresses of a host into the order in which they are to be tried: the families in turn
   * (RFC 8305 section 4), and before all others the one that has worked.
   *
   * @param found what the resolver has found, best first
   * @param preferIpv6 which family begins; null for that of the first one
   * @param now on the scale of the executor
   */
  List<InetAddress> ordered(
      Endpoint endpoint, List<InetAddress> found, @Nullable Boolean preferIpv6, long now) {
    InetAddress lastGood = lastGood(endpoint, now);
    Deque<InetAddress> six = new ArrayDeque<>();
    Deque<InetAddress> four = new ArrayDeque<>();
    List<InetAddress> ordered = new ArrayList<>();
    for (InetAddress address : found) {
      if (address.equals(lastGood)) {
        ordered.add(address);
      } else {
        (address instanceof Inet6Address ? six : four).add(address);
      }
    }
    boolean sixNext = preferIpv6 != null ? preferIpv6 : found.get(0) instanceof Inet6Address;
    while (!six.isEmpty() || !four.isEmpty()) {
      boolean fromSix = four.isEmpty() || (sixNext && !six.isEmpty());
      ordered.add((fromSix ? six : four).remove());
      sixNext = !fromSix;
    }
    return ordered.stream().distinct().toList();
  }

  private synchronized @Nullable InetAddress lastGood(Endpoint endpoint, long now) {
    Good known = good.get(Key.of(endpoint));
    return known == null || now - known.since() > WHILE_NANOS ? null : known.address();
  }

  synchronized void worked(Endpoint endpoint, InetAddress address, long now) {
    good.put(Key.of(endpoint), new Good(address, now));
  }

  synchronized void allFailed(Endpoint endpoint) {
    good.remove(Key.of(endpoint));
  }
}
