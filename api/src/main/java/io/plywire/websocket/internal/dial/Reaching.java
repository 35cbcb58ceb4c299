// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import io.plywire.spi.OneShotOperation;
import io.plywire.spi.Route;
import io.plywire.spi.StagedOperation;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Gets a stream to an endpoint by the first of several routes that leads there. */
public final class Reaching extends StagedOperation<AsyncStream> {
  private final Iterator<Route> routes;
  private final TransportProvider transport;
  private final TransportOptions options;
  private final StreamExecutor executor;
  private final Resolver resolver;
  private final GoodAddresses good;
  private final Journal journal;
  private String underWay;

  /**
   * Makes one.
   *
   * @param routes one or more, the best first
   */
  public Reaching(
      List<Route> routes,
      TransportProvider transport,
      TransportOptions options,
      StreamExecutor executor,
      Resolver resolver,
      GoodAddresses good,
      Journal journal,
      Handler<AsyncStream> handler) {
    super(executor, handler);
    this.routes = routes.iterator();
    this.transport = transport;
    this.options = options.withoutLayers();
    this.executor = executor;
    this.resolver = resolver;
    this.good = good;
    this.journal = journal;
    this.underWay = transport.name();
  }

  @Override
  protected void start() {
    takeNext();
  }

  private void takeNext() {
    Route route = routes.next();
    take(
        route,
        error -> {
          Route mended = route.mended(error);
          if (mended != null) {
            take(mended, this::missed);
          } else {
            missed(error);
          }
        });
  }

  private void take(Route route, Consumer<IOException> missed) {
    underWay = transport.name();
    Endpoint first = route.first();
    Iterator<Route.Hop> hops = route.hops().iterator();
    if (isToBeLookedUp(first)) {
      transport.checkConnect(first, options);
      OneShotOperation<AsyncStream> race =
          new AddressRace(
              transport,
              first,
              options,
              executor,
              resolver,
              good,
              journal,
              stage(stream -> leadOn(stream, hops, missed), missed));
      race.initiate();
    } else {
      Journal.Step step = journal.begin("connect", whom(first));
      transport.asyncConnect(
          first,
          options,
          stage(
              stream -> {
                step.done("");
                leadOn(stream, hops, missed);
              },
              error -> {
                step.failed(error);
                missed.accept(error);
              }));
    }
  }

  private boolean isToBeLookedUp(Endpoint first) {
    return transport.traits().contains(Trait.ADDRESSES)
        && first.port() >= 0
        && !first.isIpAddress()
        && first.address().indexOf('%') < 0; // a zone is the transport's business
  }

  private static String whom(Endpoint endpoint) {
    return endpoint.port() < 0
        ? endpoint.address()
        : endpoint.address() + " port " + endpoint.port();
  }

  private void leadOn(AsyncStream stream, Iterator<Route.Hop> hops, Consumer<IOException> missed) {
    if (!hops.hasNext()) {
      succeed(stream);
      return;
    }
    Route.Hop hop = hops.next();
    underWay = hop.layer().name();
    Journal.Step step = journal.begin(hop.layer().layer(), whom(hop.toward()));
    hop.layer()
        .asyncWrap(
            stream,
            Role.CLIENT,
            hop.toward(),
            hop.options(),
            stage(
                wrapped -> {
                  step.done("");
                  leadOn(wrapped, hops, missed);
                },
                error -> {
                  step.failed(error);
                  missed.accept(error);
                }));
  }

  private void missed(IOException error) {
    if (routes.hasNext()) {
      takeNext();
    } else {
      fail(error);
    }
  }

  @Override
  protected IOException brokenOff(Throwable thrown) {
    return new StreamException(StreamError.IO, underWay + " broke off: " + thrown, thrown);
  }

  @Override
  public String toString() {
    return "reaching a host over " + transport.name();
  }
}
