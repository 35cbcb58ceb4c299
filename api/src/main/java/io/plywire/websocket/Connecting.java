// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.StagedOperation;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens a WebSocket: transport, layers, handshake. */
final class Connecting extends StagedOperation<WebSocketStream> {
  private final TransportProvider transport;
  private final Iterator<LayerProvider> layers; // that are still to be put on
  private final Endpoint endpoint;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private String underWay; // the name of the stage that is

  Connecting(
      Endpoint endpoint,
      TransportProvider transport,
      List<LayerProvider> layers,
      TransportOptions transportOptions,
      WebSocketOptions options,
      Handler<WebSocketStream> handler) {
    super(Objects.requireNonNull(transportOptions.executor()), handler);
    this.transport = transport;
    this.layers = layers.iterator();
    this.endpoint = endpoint;
    this.transportOptions = transportOptions;
    this.options = options;
    this.underWay = transport.name();
  }

  @Override
  protected void start() {
    transport.asyncConnect(endpoint, transportOptions.withoutLayers(), stage(this::connected));
  }

  private void connected(AsyncStream stream) {
    if (layers.hasNext()) {
      LayerProvider layer = layers.next();
      underWay = layer.name();
      layer.asyncWrap(stream, Role.CLIENT, endpoint, transportOptions, stage(this::connected));
    } else {
      layered(stream);
    }
  }

  private void layered(AsyncStream stream) {
    underWay = "the opening handshake";
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    closeOnFailure(webSocket);
    webSocket.asyncHandshake(
        endpoint.hostField(),
        endpoint.target(),
        this.<UpgradeResponse>stage(response -> succeed(webSocket)));
  }

  @Override
  protected IOException brokenOff(Throwable thrown) {
    return new StreamException(StreamError.IO, underWay + " broke off: " + thrown, thrown);
  }

  @Override
  protected void handlerThrew(Throwable thrown, @Nullable WebSocketStream opened) {
    if (opened == null) {
      super.handlerThrew(thrown, null);
    } else {
      opened.handlerThrew("connect", thrown);
    }
  }

  @Override
  public String toString() {
    return "connecting to " + endpoint;
  }
}
