// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.jetty;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.stream.Role;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;

/** Agrees to requests, and is Jetty's connection from then on. */
final class JettyTakeover {
  private final WebSocketOptions options;
  private final ConnectionHandler application;

  JettyTakeover(WebSocketOptions options, ConnectionHandler application) {
    this.options = options;
    this.application = application;
  }

  /** Finds the answer to a request; if that is 101, Jetty hands over once it has sent it. */
  UpgradeResponse answer(Request request) {
    HttpFields fields = new HttpFields();
    for (HttpField field : request.getHeaders()) {
      fields.add(field.getName(), field.getValue());
    }
    UpgradeRequest asked =
        new UpgradeRequest(
            request.getMethod(),
            request.getHttpURI().getPathQuery(),
            request.getConnectionMetaData().getProtocol(),
            fields);
    UpgradeResponse answer = UpgradeResponse.to(asked, options);
    if (answer.status() == 101) {
      EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
      request.setAttribute(
          HttpStream.UPGRADE_CONNECTION_ATTRIBUTE,
          new TakenOver(endPoint, request, asked, Upgraded.as(Role.SERVER).withAnswer(answer)));
    }
    return answer;
  }

  private final class TakenOver extends AbstractConnection implements Connection.UpgradeTo {
    private final UpgradeRequest asked;
    private Upgraded upgraded;

    TakenOver(EndPoint endPoint, Request request, UpgradeRequest asked, Upgraded upgraded) {
      super(endPoint, request.getConnectionMetaData().getConnector().getExecutor());
      this.asked = asked;
      this.upgraded = upgraded;
    }

    @Override
    public void onUpgradeTo(ByteBuffer received) {
      upgraded = upgraded.withReceived(received);
    }

    @Override
    public void onOpen() {
      super.onOpen();
      getEndPoint().setIdleTimeout(-1); // the WebSocket has clocks of its own
      ExecutorAdapter executor = new ExecutorAdapter(getExecutor());
      JettyStream stream = new JettyStream(getEndPoint(), executor);
      executor.execute(() -> open(new WebSocketStream(stream, options, upgraded)));
    }

    private void open(WebSocketStream webSocket) {
      try {
        application.opened(webSocket, asked);
      } catch (RuntimeException | Error e) {
        webSocket.abort();
        throw e;
      }
    }

    @Override
    public void onFillable() {
      // The stream asks the end point by itself.
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
      return false;
    }
  }
}
