// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.adapters;

import static io.plywire.stream.CompletionToken.useFuture;

import io.plywire.adapters.flow.MessagePublisher;
import io.plywire.adapters.flow.MessageSubscriber;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Messages as streams: each is read when it is wanted, and sent when there is room. */
public final class FlowFace {
  private FlowFace() {}

  static CompletableFuture<WebSocketStream> receive(
      String uri, Flow.Subscriber<? super Message> subscriber) {
    return WebSocketClient.create()
        .asyncConnect(uri, useFuture())
        .whenComplete(
            (ws, error) -> {
              if (ws != null) {
                new MessagePublisher(ws).subscribe(subscriber);
              }
            });
  }

  static CompletionStage<CloseOutcome> send(WebSocketStream ws, Flow.Publisher<Message> messages) {
    MessageSubscriber sending = new MessageSubscriber(ws);
    messages.subscribe(sending);
    return sending.closed();
  }

  static CompletionStage<CloseOutcome> relay(WebSocketStream from, WebSocketStream to) {
    return send(to, new MessagePublisher(from));
  }
}
