// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket stage by stage: transport, layer, handshake. One stage is under way at a time,
 * and a cancellation reaches whichever it is.
 */
final class Connecting implements CancellationSlot.Cancellable {
  private final Endpoint endpoint;
  private final @Nullable LayerProvider layer;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final Handler<WebSocketStream> handler;
  private final CancellationSignal stage = new CancellationSignal();
  private final StreamExecutor executor;
  private volatile boolean cancelled;

  Connecting(
      Endpoint endpoint,
      @Nullable LayerProvider layer,
      TransportOptions transportOptions,
      WebSocketOptions options,
      Handler<WebSocketStream> handler) {
    this.endpoint = endpoint;
    this.layer = layer;
    this.transportOptions = transportOptions;
    this.options = options;
    this.handler = handler;
    this.executor = Objects.requireNonNull(transportOptions.executor());
  }

  void start(TransportProvider transport) {
    handler.cancellationSlot().assign(this, 0);
    try {
      transport.asyncConnect(
          endpoint, transportOptions.withoutLayers(), new Stage<>(this::connected));
    } catch (RuntimeException e) {
      handler.cancellationSlot().clear();
      throw e;
    }
    passCancellationOn();
  }

  private void connected(AsyncStream stream) {
    if (layer == null) {
      secured(stream);
    } else {
      try {
        layer.asyncWrap(
            stream, Role.CLIENT, endpoint, transportOptions, new Stage<>(this::secured));
      } catch (RuntimeException e) {
        stream.close(); // whoever waits must hear of it
        finish(new StreamException(StreamError.IO, layer.name() + " broke off: " + e, e), null);
        return;
      }
      passCancellationOn();
    }
  }

  private void secured(AsyncStream stream) {
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    webSocket.asyncHandshake(
        endpoint.hostField(),
        endpoint.target(),
        new Stage<UpgradeResponse>(response -> finish(null, webSocket)));
    passCancellationOn();
  }

  private void finish(@Nullable IOException error, @Nullable WebSocketStream result) {
    handler.cancellationSlot().clear();
    Completions.later(handler, executor, error, result);
  }

  @Override
  public void cancel(long id, CancellationType type) {
    cancelled = true;
    passCancellationOn();
  }

  /** A request may have come while no stage could take it. */
  private void passCancellationOn() {
    if (cancelled) {
      stage.emit(CancellationType.TERMINAL);
    }
  }

  /** What a stage that succeeds leads to. */
  @FunctionalInterface
  private interface Then<T> {
    void accept(T value);
  }

  private final class Stage<T> implements Handler<T> {
    private final Then<T> then;

    Stage(Then<T> then) {
      this.then = then;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return stage.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable T value) {
      if (error != null) {
        finish(error, null);
      } else {
        then.accept(Objects.requireNonNull(value));
      }
    }
  }
}
