// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Route;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The ways to endpoints through selected proxies. Remembers what proxies have asked for, so that
 * they need not ask again on each connection.
 */
final class ProxyRoutes implements Function<Endpoint, List<Route>> {
  private static final int MOST = 64;

  private final ProxySelection selection;
  private final Discovery discovery;

  /** Proxies that have been told more, by what was selected; guarded by itself. */
  private final Map<Proxy, Proxy> learned =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Proxy, Proxy> eldest) {
          return size() > MOST;
        }
      };

  ProxyRoutes(ProxySelection selection, Discovery discovery) {
    this.selection = selection;
    this.discovery = discovery;
  }

  @Override
  public List<Route> apply(Endpoint target) {
    return selection.proxiesFor(target).stream().map(proxy -> route(proxy, target)).toList();
  }

  private Route route(Proxy selected, Endpoint target) {
    Proxy known;
    synchronized (learned) {
      known = learned.getOrDefault(selected, selected);
    }
    return through(known, target)
        .mendedBy(
            failure -> {
              Proxy again = failure instanceof ProxyException refused ? known.after(refused) : null;
              if (again == null) {
                return null;
              }
              synchronized (learned) {
                learned.put(selected, again);
              }
              return through(again, target);
            });
  }

  private Route through(Proxy proxy, Endpoint target) {
    Route route = Route.to(proxy.connectsTo(target));
    for (LayerProvider layer : proxy.layers(discovery)) {
      route = route.over(layer, target, TransportOptions.defaults()); // it has its own
    }
    return route;
  }
}
