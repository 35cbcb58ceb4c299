// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.Route;
import io.plywire.spi.StagedOperation;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.internal.dial.AddressRace;
import io.plywire.websocket.internal.dial.Journal;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Opens a WebSocket at one endpoint: a stream by the first route that leads there, the layers of
 * the endpoint, the handshake.
 *
 * <pre>
 *   takeNextRoute → take → leadOn (hops) → reached → leadOn (layers) → layered
 *        ↑___________________|missed              failed: at the endpoint, so for good
 * </pre>
 */
final class Connecting extends StagedOperation<WebSocketStream> {
  private final WebSocketClient client;
  private final Endpoint endpoint;
  private final TransportProvider transport;
  private final List<LayerProvider> layers;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final Journal journal;
  private final Iterator<Route> routes;
  private String underWay; // the name of the stage that is

  Connecting(
      WebSocketClient client,
      Endpoint endpoint,
      TransportProvider transport,
      List<LayerProvider> layers,
      TransportOptions transportOptions,
      WebSocketOptions options,
      Journal journal,
      Handler<WebSocketStream> handler) {
    super(Objects.requireNonNull(transportOptions.executor()), handler);
    this.client = client;
    this.endpoint = endpoint;
    this.transport = transport;
    this.layers = layers;
    this.transportOptions = transportOptions;
    this.options = options;
    this.journal = journal;
    this.routes = client.routes(endpoint).iterator();
    this.underWay = transport.name();
  }

  // ---- routes

  @Override
  protected void start() {
    takeNextRoute();
  }

  private void takeNextRoute() {
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

  private void missed(IOException error) {
    if (routes.hasNext()) {
      takeNextRoute();
    } else {
      fail(error);
    }
  }

  private void take(Route route, Consumer<IOException> missed) {
    underWay = transport.name();
    Endpoint first = route.first();
    TransportOptions bare = transportOptions.withoutLayers();
    Consumer<AsyncStream> next =
        stream -> leadOn(stream, route.hops().iterator(), this::reached, missed);
    if (isToBeLookedUp(first)) {
      transport.checkConnect(first, bare);
      new AddressRace(transport, first, bare, client.addressBook(), journal, stage(next, missed))
          .initiate();
    } else {
      transport.asyncConnect(first, bare, step("connect", first, next, missed));
    }
  }

  private boolean isToBeLookedUp(Endpoint first) {
    return transport.traits().contains(Trait.ADDRESSES)
        && first.port() >= 0
        && !first.isIpAddress()
        && first.address().indexOf('%') < 0; // a zone is the transport's business
  }

  // ---- layers

  private void reached(AsyncStream stream) {
    Iterator<Route.Hop> hops =
        layers.stream().map(layer -> new Route.Hop(layer, endpoint, transportOptions)).iterator();
    leadOn(stream, hops, this::layered, this::fail);
  }

  private void leadOn(
      AsyncStream stream,
      Iterator<Route.Hop> hops,
      Consumer<AsyncStream> then,
      Consumer<IOException> otherwise) {
    if (!hops.hasNext()) {
      then.accept(stream);
      return;
    }
    Route.Hop hop = hops.next();
    LayerProvider layer = hop.layer();
    underWay = layer.name();
    layer.asyncWrap(
        stream,
        Role.CLIENT,
        hop.toward(),
        hop.options(),
        Layering.told(
            options,
            layer,
            Role.CLIENT,
            stream,
            step(
                layer.layer(),
                hop.toward(),
                wrapped -> leadOn(wrapped, hops, then, otherwise),
                otherwise)));
  }

  // ---- the handshake

  private void layered(AsyncStream stream) {
    underWay = "the opening handshake";
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    closeOnFailure(webSocket);
    Journal.Step step =
        journal.begin("upgrade", endpoint.hostField() + endpoint.withoutQuery().target());
    webSocket.asyncHandshake(
        endpoint.hostField(),
        endpoint.target(),
        this.<UpgradeResponse>noted(
            step,
            response -> {
              client.answered(endpoint, response);
              succeed(webSocket);
            },
            this::fail));
  }

  // ---- stages that stand in the journal

  private <V> Handler<V> step(
      String stage,
      Endpoint toward,
      Consumer<? super V> next,
      Consumer<? super IOException> otherwise) {
    String whom =
        toward.port() < 0 ? toward.address() : toward.address() + " port " + toward.port();
    return noted(journal.begin(stage, whom), next, otherwise);
  }

  private <V> Handler<V> noted(
      Journal.Step step, Consumer<? super V> next, Consumer<? super IOException> otherwise) {
    return stage(
        value -> {
          step.done("");
          next.accept(value);
        },
        error -> {
          step.failed(error);
          otherwise.accept(error);
        });
  }

  @Override
  protected IOException brokenOff(Throwable thrown) {
    return new StreamException(StreamError.IO, underWay + " broke off: " + thrown, thrown);
  }

  @Override
  public String toString() {
    return "connecting to " + endpoint.withoutQuery();
  }
}
