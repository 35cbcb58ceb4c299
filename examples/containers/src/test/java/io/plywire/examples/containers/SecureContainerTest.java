// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.nio.NioTransport;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.BlockingWebSocket;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same where the container has TLS. */
class SecureContainerTest {
  private static final MadeCertificate CERTIFICATE =
      MadeCertificate.selfSigned(Containers.LOOPBACK);
  private static final long PATIENCE_SECONDS = 60;

  private final Guests guests = new Guests();

  private Container start(Containers kind) throws Exception {
    return kind.start(
        WebSocketOptions.defaults(), guests, Secret.of(CERTIFICATE), Containers.USUAL_IDLE_MILLIS);
  }

  private static WebSocketStream connect(Container container) throws IOException {
    TlsContext trust =
        TlsContext.of(TlsConfig.client().withTrust(List.of(CERTIFICATE.certificate())));
    return WebSocketClient.builder()
        .transport(new NioTransport())
        .transportOptions(TransportOptions.defaults().with(TlsOptions.CONTEXT, trust))
        .build()
        .asyncConnect("wss://" + Containers.LOOPBACK + ":" + container.port(), useBlocking());
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void messagesAreEchoedAndTheClientCloses(Containers kind) throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    new Random(1).nextBytes(mebibyte);
    try (Container container = start(kind)) {
      WebSocketStream webSocket = connect(container);
      try (BlockingWebSocket client = webSocket.blocking()) {
        client.write("hello");
        assertThat(client.read().text()).isEqualTo("hello");
        client.write(MessageKind.BINARY, ByteBuffer.wrap(mebibyte));
        assertThat(client.read().bytes()).isEqualTo(mebibyte);
        CloseOutcome outcome = webSocket.asyncClose(new CloseReason(4001, "enough"), useBlocking());
        assertThat(outcome.handshakeComplete()).isTrue();
        assertThat(outcome.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Containers.class)
  void serverCloses(Containers kind) throws Exception {
    try (Container container = start(kind)) {
      WebSocketStream client = connect(container);
      WebSocketStream server = guests.webSocket("/").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      server.asyncClose(new CloseReason(4002, "closing time"), useBlocking());
      assertThat(read).failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(client.closeOutcome().received()).isEqualTo(new CloseReason(4002, "closing time"));
      assertThat(client.closeOutcome().transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }
}
