// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.websocket.internal.observe.Observers;
import io.plywire.websocket.observe.LayerReport;
import io.plywire.websocket.observe.WebSocketObserver;
import java.time.Duration;

/** Tells the observer how it goes to put a layer on a stream. */
final class Layering {
  private Layering() {}

  /**
   * Has the observer hear before the handler does.
   *
   * @param below what the layer is put on
   * @param handler of the attempt
   * @return what takes its place
   */
  static Handler<AsyncStream> told(
      WebSocketOptions options,
      LayerProvider layer,
      Role role,
      AsyncStream below,
      Handler<AsyncStream> handler) {
    WebSocketObserver observer = Observers.of(options);
    if (observer == null) {
      return handler;
    }
    long began = below.executor().nanoTime();
    return Handler.with(
        handler,
        (error, wrapped) -> {
          Duration took = Duration.ofNanos(below.executor().nanoTime() - began);
          AsyncStream known = wrapped == null ? below : wrapped;
          observer.layered(new LayerReport(layer.layer(), role, known, took, error));
          handler.completed(error, wrapped);
        });
  }
}
