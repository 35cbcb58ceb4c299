// SPDX-License-Identifier: Apache-2.0
package io.plywire.app;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.adapters.jdk.JdkWebSockets;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.stream.Role;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsSession;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;

/** Talks to itself over TLS, with transports found by URI. */
public final class Main {
  private Main() {}

  /** The arguments: an engine, a file with certificate and key, and where to listen. */
  public static void main(String[] args) throws IOException {
    System.out.println("application: " + kind(Main.class) + ", TLS: " + kind(TlsStream.class));
    Path identity = Path.of(args[1]);
    TlsEngine engine = TlsEngine.named(args[0]);
    TlsContext serving;
    try {
      serving =
          TlsContext.of(
              TlsConfig.server(TlsIdentity.pem(identity, identity)).withEngine(engine));
    } catch (TlsConfigException e) {
      System.out.println(e.getMessage());
      return;
    }
    TlsContext trusting = TlsContext.of(TlsConfig.client().withEngine(engine).withTrust(identity));
    for (int i = 2; i < args.length; i++) {
      try (WebSocketServer server =
          WebSocketServer.builder()
              .options(options())
              .with(TlsOptions.CONTEXT, serving)
              .listen(args[i], (ws, request) -> echo(ws))) {
        System.out.println(args[i] + ": " + talk(server, trusting));
        System.out.println(adapted(server, trusting));
      }
    }
  }

  private static String kind(Class<?> type) {
    Module module = type.getModule();
    return module.isNamed() ? "module " + module.getName() : "no module";
  }

  private static WebSocketOptions options() {
    return WebSocketOptions.defaults()
        .withDeflate(
            DeflateOptions.defaults()
                .withEngine(new JzlibEngine())
                .withWindowBits(Role.CLIENT, 10)
                .withWindowBits(Role.SERVER, 10));
  }

  private static String talk(WebSocketServer server, TlsContext trusting) throws IOException {
    WebSocketClient client =
        WebSocketClient.builder().options(options()).with(TlsOptions.CONTEXT, trusting).build();
    try (WebSocketStream ws = client.asyncConnect(server.endpoint(), useBlocking())) {
      ws.asyncWrite("hello ".repeat(1000), useBlocking());
      int length = ws.asyncRead(useBlocking()).text().length();
      TlsStream tls = ws.nextLayer().layer(TlsStream.class);
      TlsSession session = tls.session();
      return length
          + " characters by "
          + session.engine().split(" ")[0]
          + " in "
          + session.protocol();
    }
  }

  /** Opens the same by the face of the JDK, whose module comes with the adapters. */
  private static String adapted(WebSocketServer server, TlsContext trusting) {
    WebSocketClient client =
        WebSocketClient.builder().options(options()).with(TlsOptions.CONTEXT, trusting).build();
    WebSocket ws =
        JdkWebSockets.newWebSocketBuilder(client)
            .buildAsync(URI.create(server.endpoint().toString()), new WebSocket.Listener() {})
            .join();
    ws.abort();
    return "adapters: " + kind(JdkWebSockets.class);
  }

  private static void echo(WebSocketStream ws) {
    ws.asyncRead(
        (error, message) -> {
          if (message != null) {
            ws.asyncWrite(message, (failure, bytes) -> echo(ws));
          }
        });
  }
}
