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
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.internal.dial.Journal;
import io.plywire.websocket.internal.dial.Reaching;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** Opens a WebSocket at one endpoint: a stream to it, its layers, the handshake. */
final class Connecting extends StagedOperation<WebSocketStream> {
  private final WebSocketClient client;
  private final Endpoint endpoint;
  private final TransportProvider transport;
  private final Iterator<LayerProvider> layers; // that are still to be put on
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final Journal journal;
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
    this.layers = layers.iterator();
    this.transportOptions = transportOptions;
    this.options = options;
    this.journal = journal;
    this.underWay = transport.name();
  }

  @Override
  protected void start() {
    StreamExecutor executor = streamExecutor();
    new Reaching(
            client.routes(endpoint),
            transport,
            transportOptions,
            executor,
            client.resolver(),
            client.goodAddresses(),
            journal,
            stage(this::connected))
        .initiate();
  }

  private void connected(AsyncStream stream) {
    if (!layers.hasNext()) {
      layered(stream);
      return;
    }
    LayerProvider layer = layers.next();
    underWay = layer.name();
    Journal.Step step = journal.begin(layer.layer(), endpoint.address());
    layer.asyncWrap(
        stream,
        Role.CLIENT,
        endpoint,
        transportOptions,
        stage(
            wrapped -> {
              step.done("");
              connected(wrapped);
            },
            error -> failed(step, error)));
  }

  private void layered(AsyncStream stream) {
    underWay = "the opening handshake";
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    closeOnFailure(webSocket);
    Journal.Step step = journal.begin("upgrade", endpoint.hostField() + endpoint.target());
    webSocket.asyncHandshake(
        endpoint.hostField(),
        endpoint.target(),
        this.<UpgradeResponse>stage(
            response -> {
              step.done("");
              client.answered(endpoint, response);
              succeed(webSocket);
            },
            error -> failed(step, error)));
  }

  private void failed(Journal.Step step, IOException error) {
    step.failed(error);
    fail(error);
  }

  @Override
  protected IOException brokenOff(Throwable thrown) {
    return new StreamException(StreamError.IO, underWay + " broke off: " + thrown, thrown);
  }

  @Override
  public String toString() {
    return "connecting to " + endpoint;
  }
}
