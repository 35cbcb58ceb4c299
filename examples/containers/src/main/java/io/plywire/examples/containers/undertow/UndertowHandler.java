// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.undertow;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.stream.Role;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/** Makes a WebSocket of every request that comes here, such as through a handler for paths. */
public final class UndertowHandler implements HttpHandler {
  private final WebSocketOptions options;
  private final ConnectionHandler application;
  private final Map<XnioIoThread, ExecutorAdapter> executors = new ConcurrentHashMap<>();

  /**
   * Makes a handler.
   *
   * @param options of every WebSocket
   * @param application gets them, on the I/O thread of the connection
   */
  public UndertowHandler(WebSocketOptions options, ConnectionHandler application) {
    this.options = options;
    this.application = application;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    UpgradeRequest asked = request(exchange);
    UpgradeResponse answer = UpgradeResponse.to(asked, options);
    answer
        .fields()
        .forEach(
            field ->
                exchange.getResponseHeaders().put(new HttpString(field.name()), field.value()));
    if (answer.status() == 101) {
      Upgraded upgraded = Upgraded.as(Role.SERVER).withAnswer(answer);
      exchange.upgradeChannel((connection, done) -> take(connection, upgraded, asked));
      exchange.endExchange();
    } else {
      exchange.setStatusCode(answer.status());
      exchange.getResponseSender().send(ByteBuffer.wrap(answer.body()));
    }
  }

  private static UpgradeRequest request(HttpServerExchange exchange) {
    HttpFields fields = new HttpFields();
    for (HeaderValues values : exchange.getRequestHeaders()) {
      values.forEach(value -> fields.add(values.getHeaderName().toString(), value));
    }
    String query = exchange.getQueryString();
    return new UpgradeRequest(
        exchange.getRequestMethod().toString(),
        exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query),
        exchange.getProtocol().toString(),
        fields);
  }

  /** Undertow has sent the answer; what it has read ahead is what the connection reads first. */
  private void take(StreamConnection connection, Upgraded upgraded, UpgradeRequest asked) {
    ExecutorAdapter executor =
        executors.computeIfAbsent(connection.getIoThread(), ExecutorAdapter::new);
    XnioStream stream = new XnioStream(connection, executor);
    executor.execute(() -> open(new WebSocketStream(stream, options, upgraded), asked));
  }

  private void open(WebSocketStream webSocket, UpgradeRequest asked) {
    try {
      application.opened(webSocket, asked);
    } catch (RuntimeException | Error e) {
      webSocket.abort();
      throw e;
    }
  }
}
