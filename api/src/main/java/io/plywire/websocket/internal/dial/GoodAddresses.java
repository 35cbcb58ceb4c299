// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import io.plywire.transport.Endpoint;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers for a while which address of a host has worked. Thread-safe. */
public final class GoodAddresses {
  /** How long an address comes first. */
  static final Duration WHILE = Duration.ofMinutes(10);

  private static final int MOST = 256;

  private record Key(String host, int port) {
    static Key of(Endpoint endpoint) {
      return new Key(endpoint.address(), endpoint.port());
    }
  }

  private record Good(InetAddress address, long since) {}

  private final Map<Key, Good> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Good> eldest) {
          return size() > MOST;
        }
      };

  /** Makes one that knows nothing. */
  public GoodAddresses() {}

  synchronized @Nullable InetAddress of(Endpoint endpoint, long now) {
    Good good = known.get(Key.of(endpoint));
    return good == null || now - good.since() > WHILE.toNanos() ? null : good.address();
  }

  synchronized void worked(Endpoint endpoint, InetAddress address, long now) {
    known.put(Key.of(endpoint), new Good(address, now));
  }

  synchronized void failed(Endpoint endpoint) {
    known.remove(Key.of(endpoint));
  }
}
