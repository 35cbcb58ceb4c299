// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Payloads;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsOptions;
import io.plywire.tls.TlsStream;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client and server by URI and nothing else, as applications have them. */
@Timeout(60)
class WssTest {
  static List<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    for (TlsEngine engine : TlsEngine.all()) {
      for (String uri : List.of("wss://localhost:0/", "wss+memory://localhost/")) {
        all.add(Arguments.of(engine, uri));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void conversation(TlsEngine engine, String uri) throws Exception {
    Echo echo = new Echo();
    try (WebSocketServer server = Wss.listen(uri, Wss.server(engine), echo);
        WebSocketStream client =
            get(Wss.client(Wss.client(engine)).asyncConnect(server.endpoint(), useFuture()))) {
      assertThat(client.nextLayer()).isInstanceOf(TlsStream.class);
      String text = Payloads.text(100_000, 1);
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      get(client.asyncWrite(text, useFuture()));
      assertThat(get(read).text()).isEqualTo(text);
      assertThat(Wss.session(client).serverName()).isEqualTo("localhost");
      assertThat(Wss.session(echo.first().stream).serverName()).isEqualTo("localhost");
      CloseOutcome outcome = get(client.asyncClose(CloseReason.NORMAL, useFuture()));
      assertThat(outcome.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
      CloseOutcome there = ((WebSocketException) get(echo.first().ended)).outcome();
      assertThat(there.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nextConnectionHasTheNewCertificateAndTheOldOneGoesOn(TlsEngine engine, String uri)
      throws Exception {
    TlsContext context = TlsContext.of(Wss.server(engine));
    Echo echo = new Echo();
    try (WebSocketServer server =
        WebSocketServer.builder().with(TlsOptions.CONTEXT, context).listen(uri, echo)) {
      WebSocketClient client = Wss.client(Wss.client(engine));
      try (WebSocketStream before = get(client.asyncConnect(server.endpoint(), useFuture()))) {
        MadeCertificate renewed = Wss.AUTHORITY.issue(MadeCertificate.Kind.RSA, "localhost");
        context.reload(TlsConfig.server(Wss.identity(renewed)).withEngine(engine));
        try (WebSocketStream after = get(client.asyncConnect(server.endpoint(), useFuture()))) {
          assertThat(Wss.session(before).peerCertificates().get(0))
              .isEqualTo(Wss.SERVER.certificate());
          assertThat(Wss.session(after).peerCertificates().get(0)).isEqualTo(renewed.certificate());
          for (WebSocketStream each : List.of(before, after)) {
            CompletableFuture<Message> read = each.asyncRead(useFuture());
            get(each.asyncWrite("hello", useFuture()));
            assertThat(get(read).text()).isEqualTo("hello");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wss://localhost:0/", "wss+memory://localhost/"})
  void clientThatSaysNothingTrustsWhomTheJdkTrusts(String uri) throws IOException {
    Echo echo = new Echo();
    try (WebSocketServer server = Wss.listen(uri, Wss.server(TlsEngine.jdk()), echo)) {
      assertThat(failure(WebSocketClient.create().asyncConnect(server.endpoint(), useFuture())))
          .isInstanceOfSatisfying(
              TlsException.class,
              e -> assertThat(e.error()).isEqualTo(TlsError.CERTIFICATE_UNTRUSTED));
      assertThat(echo.connections()).isEmpty();
    }
  }
}
