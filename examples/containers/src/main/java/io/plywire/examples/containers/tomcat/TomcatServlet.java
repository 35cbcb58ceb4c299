// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.tomcat;

import io.plywire.stream.Role;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;

/** Makes a WebSocket of every request that comes here, behind whatever filters there are. */
public final class TomcatServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient WebSocketOptions options;
  private final transient ConnectionHandler application;

  /**
   * Makes a servlet.
   *
   * @param options of every WebSocket
   * @param application gets them, on one of Tomcat's threads
   */
  public TomcatServlet(WebSocketOptions options, ConnectionHandler application) {
    this.options = options;
    this.application = application;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    UpgradeRequest asked = request(request);
    UpgradeResponse answer = UpgradeResponse.to(asked, options);
    response.setStatus(answer.status());
    answer.fields().forEach(field -> response.setHeader(field.name(), field.value()));
    if (answer.status() == 101) {
      Upgraded upgraded = Upgraded.as(Role.SERVER).withAnswer(answer);
      request
          .upgrade(TomcatUpgrade.class)
          .onStream(stream -> open(new WebSocketStream(stream, options, upgraded), asked));
    } else {
      response.getOutputStream().write(answer.body());
    }
  }

  private static UpgradeRequest request(HttpServletRequest request) {
    HttpFields fields = new HttpFields();
    for (String name : Collections.list(request.getHeaderNames())) {
      Collections.list(request.getHeaders(name)).forEach(value -> fields.add(name, value));
    }
    String query = request.getQueryString();
    return new UpgradeRequest(
        request.getMethod(),
        request.getRequestURI() + (query == null ? "" : "?" + query),
        request.getProtocol(),
        fields);
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
