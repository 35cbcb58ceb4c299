// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketCounters;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The counters of WebSockets as Micrometer's meters, and timers of what has a distribution. Every
 * tag has a bounded number of values: no address, no path, no text of a peer.
 *
 * <p>To be copied; plywire itself does not depend on Micrometer.
 */
public final class MicrometerBinding {
  private final MeterRegistry registry;
  private final WebSocketCounters counters = new WebSocketCounters();
  private final Set<String> shown = ConcurrentHashMap.newKeySet(); // of groups

  /** Registers the meters. */
  public MicrometerBinding(MeterRegistry registry) {
    this.registry = registry;
    gauge("plywire.open", WebSocketCounters::open);
    gauge("plywire.queued.messages", WebSocketCounters::queuedMessages);
    gauge("plywire.queued.bytes", WebSocketCounters::queuedBytes);

    counter("plywire.opened", "", WebSocketCounters::opened);
    counter("plywire.connected", "", WebSocketCounters::connected);
    counter("plywire.layer.failures", "", WebSocketCounters::layerFailures);
    counter("plywire.accept.failures", "", WebSocketCounters::acceptFailures);
    counter("plywire.messages", "received", WebSocketCounters::messagesReceived);
    counter("plywire.messages", "sent", WebSocketCounters::messagesSent);
    counter("plywire.bytes", "received", WebSocketCounters::bytesReceived);
    counter("plywire.bytes", "sent", WebSocketCounters::bytesSent);
    counter("plywire.wire.bytes", "received", WebSocketCounters::wireBytesReceived);
    counter("plywire.wire.bytes", "sent", WebSocketCounters::wireBytesSent);
    counter("plywire.dropped.messages", "", WebSocketCounters::droppedMessages);
    counter("plywire.dropped.bytes", "", WebSocketCounters::droppedBytes);

    FunctionTimer.builder(
            "plywire.stalls",
            counters,
            WebSocketCounters::stalls,
            c -> c.stalledTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .register(registry);
  }

  /** Returns what to give to {@code WebSocketOptions.withObserver}. */
  public WebSocketObserver observer() {
    return counters.and(new Distributions());
  }

  private void gauge(String name, ToDoubleFunction<WebSocketCounters> figure) {
    Gauge.builder(name, counters, figure).register(registry);
  }

  private void counter(String name, String direction, ToDoubleFunction<WebSocketCounters> figure) {
    FunctionCounter.Builder<WebSocketCounters> counter =
        FunctionCounter.builder(name, counters, figure);
    if (!direction.isEmpty()) {
      counter.tag("direction", direction);
    }
    counter.register(registry);
  }

  /** Registers those of a group that have something to show by now; others stay as they are. */
  private <K> void group(
      String name, String tag, Function<WebSocketCounters, Map<K, Long>> figures) {
    for (K key : figures.apply(counters).keySet()) {
      if (shown.add(name + key)) {
        FunctionCounter.builder(name, counters, c -> figures.apply(c).getOrDefault(key, 0L))
            .tag(tag, key.toString())
            .register(registry);
      }
    }
  }

  /** Hears of what happens after the counters have. */
  private final class Distributions implements WebSocketObserver {
    private final Timer roundTrips =
        Timer.builder("plywire.round.trips").publishPercentileHistogram().register(registry);

    @Override
    public void roundTrip(WebSocketStream webSocket, long nanos) {
      roundTrips.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void opened(WebSocketStream webSocket, OpeningReport report) {
      registry.timer("plywire.openings", "role", report.role().name()).record(report.took());
    }

    @Override
    public void connectFailed(ConnectReport report, IOException error) {
      group("plywire.connect.failures", "condition", WebSocketCounters::connectFailures);
    }

    @Override
    public void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {
      group("plywire.opening.failures", "status", WebSocketCounters::openingFailures);
    }

    @Override
    public void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {
      group("plywire.closed", "code", WebSocketCounters::closedByCode);
      group("plywire.failures", "condition", WebSocketCounters::failures);
    }
  }
}
