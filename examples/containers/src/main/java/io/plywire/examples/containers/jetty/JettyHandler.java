// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.jetty;

import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Makes a WebSocket of every request that comes here, such as through a handler for paths. */
public final class JettyHandler extends Handler.Abstract.NonBlocking {
  private final JettyTakeover takeover;

  /**
   * Makes a handler.
   *
   * @param options of every WebSocket
   * @param application gets them, on one of Jetty's threads
   */
  public JettyHandler(WebSocketOptions options, ConnectionHandler application) {
    this.takeover = new JettyTakeover(options, application);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    UpgradeResponse answer = takeover.answer(request);
    response.setStatus(answer.status());
    answer
        .fields()
        .forEach(field -> response.getHeaders().put(new HttpField(field.name(), field.value())));
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
    return true;
  }
}
