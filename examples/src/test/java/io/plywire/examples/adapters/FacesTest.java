// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.adapters;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each face against a server with a listener, over sockets. */
@Timeout(120)
class FacesTest {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private String next() throws InterruptedException {
    return told.poll(60, TimeUnit.SECONDS);
  }

  @Test
  void jdk() throws Exception {
    try (WebSocketServer server = ListenerFace.serve("ws://localhost:0/")) {
      assertThat(JdkFace.ask(URI.create(server.endpoint().toString()))).isEqualTo("hello");
    }
  }

  @Test
  void jdkWithAClientOfOnesOwn() throws Exception {
    try (WebSocketServer server = ListenerFace.serve("ws://localhost:0/")) {
      WebSocket ws =
          JdkFace.compressing()
              .buildAsync(URI.create(server.endpoint().toString()), new WebSocket.Listener() {})
              .get(60, TimeUnit.SECONDS);
      ws.abort();
      assertThat(ws.isInputClosed()).isTrue();
    }
  }

  @Test
  void listener() throws Exception {
    try (WebSocketServer server = ListenerFace.serve("ws://localhost:0/")) {
      ListenerFace.ask(server.endpoint().toString(), told::add).get(60, TimeUnit.SECONDS);
      assertThat(next()).isEqualTo("hello");
      assertThat(next()).isEqualTo("closed with 1000");
    }
  }

  @Test
  void flow() throws Exception {
    SubmissionPublisher<Message> messages = new SubmissionPublisher<>();
    try (WebSocketServer server = ListenerFace.serve("ws://localhost:0/")) {
      WebSocketStream ws =
          FlowFace.receive(server.endpoint().toString(), new Teller()).get(60, TimeUnit.SECONDS);
      var closed = FlowFace.send(ws, messages).toCompletableFuture();
      for (String text : new String[] {"one", "two"}) {
        messages.submit(new Message(MessageKind.TEXT, ByteBuffer.wrap(text.getBytes())));
        assertThat(next()).isEqualTo(text);
      }
      messages.close();
      assertThat(closed.get(60, TimeUnit.SECONDS).handshakeComplete()).isTrue();
      assertThat(next()).isEqualTo("complete");
    }
  }

  @Test
  void relay() throws Exception {
    try (WebSocketServer source =
            WebSocketServer.listen(
                "ws://localhost:0/",
                (ws, request) ->
                    ws.asyncWrite(
                        "news", (e, n) -> ws.asyncClose(CloseReason.NORMAL, (f, o) -> {})));
        WebSocketServer sink =
            WebSocketServer.listen(
                "ws://localhost:0/",
                (ws, request) ->
                    ws.asyncRead(
                        (error, message) -> {
                          told.add(message.text());
                          ws.asyncRead((closed, none) -> {});
                        }))) {
      WebSocketClient client = WebSocketClient.create();
      WebSocketStream from =
          client.asyncConnect(source.endpoint(), useFuture()).get(60, TimeUnit.SECONDS);
      WebSocketStream to =
          client.asyncConnect(sink.endpoint(), useFuture()).get(60, TimeUnit.SECONDS);
      var closed = FlowFace.relay(from, to).toCompletableFuture();
      assertThat(next()).isEqualTo("news");
      assertThat(closed.get(60, TimeUnit.SECONDS).handshakeComplete()).isTrue();
    }
  }

  /** Tells what it gets. */
  private final class Teller implements Flow.Subscriber<Message> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Message item) {
      told.add(item.text());
    }

    @Override
    public void onError(Throwable throwable) {
      told.add("error");
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }
  }
}
