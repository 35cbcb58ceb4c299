// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.spi.TransportProvider;
import io.plywire.stream.Handler;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A server and a client for each setup, and who is who among their connections. */
final class Servers implements AutoCloseable {
  private final Map<Setup, WebSocketServer> servers = new HashMap<>();
  private final Map<Setup, WebSocketClient> clients = new HashMap<>();
  private final Map<Integer, Talk> expected = new ConcurrentHashMap<>();

  /** Listens with all setups, each at the URI that it is given. */
  Servers(
      TransportProvider serving,
      TransportProvider connecting,
      TransportOptions listening,
      Function<Setup, String> uri)
      throws IOException {
    for (Setup setup : Setup.ALL) {
      WebSocketServer.Builder server =
          WebSocketServer.builder()
              .transport(serving)
              .transportOptions(listening)
              .options(setup.options());
      WebSocketClient.Builder client =
          WebSocketClient.builder().transport(connecting).options(setup.options());
      if (setup.tls() != null) {
        server.with(TlsOptions.CONTEXT, setup.serverContext());
        client.with(TlsOptions.CONTEXT, setup.clientContext());
      }
      servers.put(setup, server.listen(uri.apply(setup), this::opened));
      clients.put(setup, client.build());
    }
  }

  private void opened(WebSocketStream stream, UpgradeRequest request) {
    Talk talk = expected.get(Integer.valueOf(request.path().substring(1)));
    if (talk == null) {
      stream.abort(); // its client has gone, and what came of that was looked at
    } else {
      talk.serverOpened(stream);
    }
  }

  Endpoint endpoint(Setup setup) {
    return servers.get(setup).endpoint();
  }

  void connect(Talk talk, Endpoint at) {
    expected.put(talk.number(), talk);
    Endpoint endpoint =
        new Endpoint(at.transport(), at.secure(), at.address(), at.port(), "/" + talk.number());
    Handler<WebSocketStream> handler = talk::clientOpened;
    clients.get(talk.setup()).asyncConnect(endpoint, handler);
  }

  /** Ends the expectation of a connection. */
  void forget() {
    expected.values().removeIf(Talk::isOver);
  }

  @Override
  public void close() {
    servers.values().forEach(WebSocketServer::close);
  }
}
