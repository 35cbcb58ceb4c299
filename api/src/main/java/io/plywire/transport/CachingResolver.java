// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps what another resolver has found. A question is asked once, whoever takes his back. */
final class CachingResolver implements Resolver {
  private static final int MOST = 1_000;

  private final Resolver from;
  private final long keepNanos;
  private final long keepFailureNanos;
  private final LongSupplier clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  CachingResolver(Resolver from, Duration time, Duration failures, LongSupplier clock) {
    this.from = from;
    this.keepNanos = nanos(time);
    this.keepFailureNanos = nanos(failures);
    this.clock = clock;
  }

  private static long nanos(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("keeping for " + Durations.text(time) + " is negative");
    }
    return time.compareTo(Duration.ofDays(3650)) < 0 ? time.toNanos() : Long.MAX_VALUE / 4;
  }

  /** What is known of a host, or who waits for it. */
  private final class Entry implements Handler<List<InetAddress>> {
    private final String host;
    private @Nullable List<Handler<List<InetAddress>>> waiting = new ArrayList<>();
    private @Nullable List<InetAddress> addresses;
    private @Nullable IOException failure;
    private long until;

    Entry(String host) {
      this.host = host;
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable List<InetAddress> result) {
      List<Handler<List<InetAddress>>> who;
      synchronized (entries) {
        who = Objects.requireNonNull(waiting, "a resolver has answered twice");
        waiting = null;
        addresses = result;
        failure = error;
        long keep = error == null ? keepNanos : keepFailureNanos;
        until = clock.getAsLong() + keep;
        if (keep == 0) {
          entries.remove(host, this);
        }
      }
      who.forEach(each -> each.completed(error, result));
    }

    boolean isOld() {
      return waiting == null && until - clock.getAsLong() <= 0;
    }
  }

  @Override
  public void asyncResolve(String host, Handler<List<InetAddress>> handler) {
    Entry entry;
    boolean known;
    boolean first = false;
    synchronized (entries) {
      Entry kept = entries.get(host);
      entry = kept == null || kept.isOld() ? new Entry(host) : kept;
      if (entry != kept) {
        entries.put(host, entry);
        entries.keySet().removeAll(tooMany());
        first = true;
      }
      known = entry.waiting == null;
      if (entry.waiting != null) {
        entry.waiting.add(handler);
      }
    }
    if (known) {
      handler.completed(entry.failure, entry.addresses);
    } else if (first) {
      from.asyncResolve(host, entry);
    }
  }

  /** Returns the hosts that were not asked for longest, of those that nobody waits for. */
  private List<String> tooMany() {
    int excess = entries.size() - MOST;
    return excess <= 0
        ? List.of()
        : entries.values().stream()
            .filter(entry -> entry.waiting == null)
            .limit(excess)
            .map(entry -> entry.host)
            .toList();
  }

  @Override
  public String toString() {
    return "cached " + from;
  }
}
