// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.layers.ClientTls;
import io.plywire.layers.ForwardedClient;
import io.plywire.layers.ForwardedFields;
import io.plywire.layers.ProxiedStream;
import io.plywire.layers.ProxyHeader;
import io.plywire.layers.ProxyOptions;
import io.plywire.layers.ProxyProtocol;
import io.plywire.layers.ProxyTlv;
import io.plywire.layers.Rate;
import io.plywire.layers.RateLimit;
import io.plywire.layers.RateOptions;
import io.plywire.layers.RatePolicy;
import io.plywire.layers.TrustedPeers;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Servers behind a balancer, and with bounds of bytes per second. */
public final class LayeredServer {
  private LayeredServer() {}

  static WebSocketServer behindABalancer() throws IOException {
    return WebSocketServer.builder()
        .layer(new ProxyProtocol())
        .with(ProxyOptions.TRUSTED, TrustedPeers.of("10.0.0.0/8", "2001:db8:7::/48"))
        .listen("ws://[::]:8080/", LayeredServer::serve);
  }

  static void serve(WebSocketStream ws, UpgradeRequest request) {
    SocketAddress client = ws.nextLayer().layer(PeerAddress.class).remoteAddress();
    ProxiedStream proxied = ws.nextLayer().layer(ProxiedStream.class);
    SocketAddress balancer = proxied.connection().remoteAddress(); // that of the socket
    String name = proxied.authority(); // what the client has asked for, by SNI
    ClientTls tls = proxied.clientTls(); // if the balancer ends TLS, and tells of it
    System.out.println(client + " by " + balancer + " for " + name + ", TLS " + tls);
  }

  static ProxyHeader header(InetSocketAddress client, InetSocketAddress destination) {
    return ProxyHeader.of(client, destination)
        .with(new ProxyTlv(ProxyTlv.AUTHORITY, "example.com".getBytes(UTF_8)))
        .withChecksum();
  }

  static WebSocketServer behindAnHttpProxy() throws IOException {
    ForwardedFields forwarded = ForwardedFields.standard(TrustedPeers.of("10.0.0.0/8"));
    return WebSocketServer.builder()
        .onRequest(
            opening -> {
              SocketAddress peer = opening.layer(PeerAddress.class).remoteAddress();
              ForwardedClient client = forwarded.client(opening.request().fields()::all, peer);
              if (client.isKnown()) {
                opening.accept(Acceptance.plain().withAttachment(client));
              } else {
                opening.reply(Reply.forbidden());
              }
            })
        .listen("ws://[::]:8080/", (ws, request) -> System.out.println(ws.attachment()));
  }

  static WebSocketServer bounded(Rate tenant) throws IOException {
    return WebSocketServer.builder()
        .layer(new RateLimit(RatePolicy.shared(tenant, tenant))) // all connections together
        .layer("rate") // each of them
        .with(RateOptions.POLICY, RatePolicy.perStream(Rate.perSecond(64_000), Rate.UNLIMITED))
        .listen("ws://[::]:8080/", LayeredServer::serve);
  }
}
