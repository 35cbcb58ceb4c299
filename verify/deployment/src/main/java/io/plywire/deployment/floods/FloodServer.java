// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.certificates.MadeCertificate;
import io.plywire.deployment.process.Console;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.websocket.Message;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An echo server with limits, once without TLS and once with. */
final class FloodServer {
  /** How long an opening may take, TLS apart: short, so that a flood sees its end many times. */
  static final Duration OPENING = Duration.ofSeconds(3);

  /** Of each of the two servers. */
  static final ServerLimits LIMITS =
      ServerLimits.none()
          .withConnections(2_000)
          .withConnectionsPerAddress(50)
          .withOpenings(500)
          .withOpeningsPerSecond(1_000);

  private FloodServer() {}

  public static void main(String[] args) throws Exception {
    WebSocketOptions options =
        WebSocketOptions.defaults()
            .withReadMessageMax(Integer.parseInt(args[0]))
            .withTimeouts(Timeouts.suggested().withHandshake(OPENING));
    MadeCertificate certificate = MadeCertificate.selfSigned("127.0.0.1");
    TlsContext context =
        TlsContext.of(
            TlsConfig.server(TlsIdentity.of(certificate.key(), certificate.chain()))
                .withHandshakeTimeout(OPENING));
    WebSocketServer plain =
        WebSocketServer.builder()
            .options(options)
            .limits(LIMITS)
            .listen("ws://127.0.0.1:0/", FloodServer::opened);
    WebSocketServer secure =
        WebSocketServer.builder()
            .options(options)
            .limits(LIMITS)
            .with(TlsOptions.CONTEXT, context)
            .listen("wss://127.0.0.1:0/", FloodServer::opened);
    Console.listening(plain.endpoint().port() + " " + secure.endpoint().port());
    Console.answer(() -> plain.connectionCount() + secure.connectionCount());
  }

  private static void opened(WebSocketStream stream, UpgradeRequest request) {
    echo(stream);
  }

  private static void echo(WebSocketStream stream) {
    stream.asyncRead(
        (@Nullable IOException error, @Nullable Message message) -> {
          if (message != null) {
            stream.asyncWrite(message, (failure, bytes) -> echo(stream));
          }
        });
  }
}
