// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SecureEchoTest {
  @TempDir private Path folder;
  private Path chain;
  private Path key;
  private TlsContext context;

  @BeforeEach
  void writeFiles() throws IOException {
    MadeCertificate made = MadeCertificate.selfSigned("localhost");
    chain = Files.writeString(folder.resolve("chain.pem"), made.chainPem());
    key = Files.writeString(folder.resolve("key.pem"), made.keyPem());
    context = TlsContext.of(SecureEcho.config(chain, key));
  }

  @Test
  void echoComesBackAlsoAfterTheCertificateWasRenewed() throws Exception {
    try (WebSocketServer server = SecureEcho.serve("wss://localhost:0/", context)) {
      for (int i = 0; i < 2; i++) {
        WebSocketClient client = SecureEcho.clientThatTrusts(chain);
        try (WebSocketStream ws = client.asyncConnect(server.endpoint(), useBlocking())) {
          ws.asyncWrite("hello", useBlocking());
          assertThat(ws.asyncRead(useBlocking()).text()).isEqualTo("hello");
        }
        writeRenewed();
        context.reload(SecureEcho.config(chain, key));
      }
    }
  }

  private void writeRenewed() throws IOException {
    MadeCertificate renewed = MadeCertificate.selfSigned("localhost");
    Files.writeString(chain, renewed.chainPem());
    Files.writeString(key, renewed.keyPem());
  }

  @Test
  void onePortServesBoth() throws Exception {
    try (WebSocketServer server = SecureEcho.serveBoth("wss://localhost:0/", context)) {
      WebSocketClient client = SecureEcho.clientThatTrusts(chain);
      String secure = server.endpoint().toString();
      for (String uri : new String[] {secure, secure.replace("wss:", "ws:")}) {
        try (WebSocketStream ws = client.asyncConnect(uri, useBlocking())) {
          ws.asyncWrite("hello", useBlocking());
          assertThat(ws.asyncRead(useBlocking()).text()).isEqualTo("hello");
          assertThat(ws.nextLayer().layer(TlsStream.class) != null).isEqualTo(uri.equals(secure));
        }
      }
    }
  }

  @Test
  void whatWasAcceptedIsServedEitherWay() throws Exception {
    NioTransport transport = new NioTransport();
    try (Acceptor acceptor =
        transport.listen(Endpoint.parse("ws://localhost:0/"), TransportOptions.defaults())) {
      for (boolean tls : new boolean[] {true, false}) {
        CompletableFuture<AsyncStream> served = new CompletableFuture<>();
        acceptor.asyncAccept(
            (error, stream) -> SecureEcho.accepted(stream, context, served::complete));
        String uri = (tls ? "wss" : "ws") + "://localhost:" + acceptor.localEndpoint().port() + "/";
        CompletableFuture<WebSocketStream> connecting =
            SecureEcho.clientThatTrusts(chain).asyncConnect(uri, useFuture());
        AsyncStream stream = served.get(20, TimeUnit.SECONDS);
        assertThat(stream.layer(TlsStream.class) != null).isEqualTo(tls);
        new WebSocketStream(stream).asyncAccept(useBlocking());
        connecting.get(20, TimeUnit.SECONDS).close();
        stream.close();
      }
    }
  }
}
