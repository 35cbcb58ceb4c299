// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.proxy;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.proxy.HttpConnect;
import io.plywire.proxy.Proxy;
import io.plywire.proxy.ProxyException;
import io.plywire.proxy.ProxySelection;
import io.plywire.proxy.TunnelFields;
import io.plywire.proxy.TunnelOptions;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import java.io.IOException;
import java.net.ProxySelector;
import java.util.List;

/** Which proxy, what is said to it, and the way through it. */
public final class ThroughAProxy {
  private ThroughAProxy() {}

  static List<Proxy> some(TlsContext trust) {
    Proxy http = Proxy.http("proxy.example", 3128).withCredentials("user", "password");
    Proxy https = Proxy.https("proxy.example", 3129).with(TlsOptions.CONTEXT, trust);
    Proxy socks = Proxy.socks5("127.0.0.1", 1080);
    Proxy old = Proxy.parse("socks4a://user@[2001:db8::7]:1080");
    return List.of(http, https, socks, old);
  }

  static List<ProxySelection> selections() {
    ProxySelection fixed = ProxySelection.always(Proxy.http("proxy.example", 3128));
    ProxySelection environment = ProxySelection.environment(); // HTTPS_PROXY, NO_PROXY, …
    ProxySelection system = ProxySelection.of(ProxySelector.getDefault());
    return List.of(fixed, environment, system);
  }

  static WebSocketClient client(ProxySelection selection) {
    Discovery found = Discovery.load();
    return WebSocketClient.builder().discovery(found).routes(selection.routes(found)).build();
  }

  static AsyncStream open(Proxy proxy, Endpoint server) throws IOException, InterruptedException {
    Discovery found = Discovery.load();
    TransportOptions options = TransportOptions.defaults();
    AsyncStream stream =
        found
            .transport(server.transport())
            .asyncConnect(proxy.connectsTo(server), options, useBlocking());
    for (LayerProvider layer : proxy.layers(found)) {
      stream = layer.asyncWrap(stream, Role.CLIENT, server, options, useBlocking());
    }
    return stream; // TLS with the server and the WebSocket go on top
  }

  static AsyncStream openTwice(Proxy proxy, Endpoint server)
      throws IOException, InterruptedException {
    try {
      return open(proxy, server);
    } catch (ProxyException e) {
      Proxy knowing = proxy.after(e);
      if (knowing == null) {
        throw e;
      }
      return open(knowing, server);
    }
  }

  static LayerProvider withToken(String token) {
    TunnelFields fields =
        TunnelFields.of("User-Agent", "warehouse/7").with("Proxy-Authorization", "Bearer " + token);
    return new HttpConnect(TransportOptions.defaults().with(TunnelOptions.FIELDS, fields));
  }
}
