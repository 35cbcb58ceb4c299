// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.jetty;

import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Makes a WebSocket of every request that comes here, behind whatever filters there are. Jetty does
 * not implement {@link HttpServletRequest#upgrade}, so this asks the request beneath.
 */
public final class JettyServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient JettyTakeover takeover;

  /**
   * Makes a servlet.
   *
   * @param options of every WebSocket
   * @param application gets them, on one of Jetty's threads
   */
  public JettyServlet(WebSocketOptions options, ConnectionHandler application) {
    this.takeover = new JettyTakeover(options, application);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    UpgradeResponse answer =
        takeover.answer(ServletContextRequest.getServletContextRequest(request));
    response.setStatus(answer.status());
    answer.fields().forEach(field -> response.setHeader(field.name(), field.value()));
    response.getOutputStream().write(answer.body());
  }
}
