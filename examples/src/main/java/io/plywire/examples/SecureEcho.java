// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsDetector;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Client and server over TLS. */
public final class SecureEcho {
  private SecureEcho() {}

  static TlsConfig config(Path chain, Path key) {
    return TlsConfig.server(TlsIdentity.pem(chain, key));
  }

  static WebSocketServer serve(String uri, TlsContext context) throws IOException {
    return WebSocketServer.builder()
        .with(TlsOptions.CONTEXT, context)
        .listen(uri, (ws, request) -> EchoServer.echo(ws));
  }

  static WebSocketServer serveBoth(String uri, TlsContext context) throws IOException {
    return WebSocketServer.builder()
        .with(TlsOptions.CONTEXT, context)
        .with(TlsOptions.ALSO_PLAIN, true)
        .listen(uri, (ws, request) -> EchoServer.echo(ws));
  }

  static WebSocketClient clientThatTrusts(Path authority) {
    return WebSocketClient.builder()
        .with(TlsOptions.CONTEXT, TlsContext.of(TlsConfig.client().withTrust(authority)))
        .build();
  }

  static void accepted(AsyncStream client, TlsContext context, Consumer<AsyncStream> serve) {
    TlsDetector.asyncDetect(
        client,
        Duration.ofSeconds(10),
        (error, found) -> {
          if (found != null && found.tls()) {
            TlsStream.asyncHandshake(
                found.stream(), context, null, -1, (e, stream) -> secured(stream, serve));
          } else if (found != null) {
            serve.accept(found.stream());
          }
        });
  }

  private static void secured(@Nullable TlsStream stream, Consumer<AsyncStream> serve) {
    if (stream != null) {
      serve.accept(stream);
    }
  }

  /**
   * Serves until it is killed.
   *
   * @param args the URI, such as wss://localhost:8443/, the certificate chain and the key
   * @throws Exception if it cannot listen
   */
  public static void main(String[] args) throws Exception {
    TlsContext context = TlsContext.of(config(Path.of(args[1]), Path.of(args[2])));
    System.out.println("listening on " + serve(args[0], context).endpoint());
    Thread.currentThread().join();
  }
}
