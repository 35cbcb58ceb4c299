// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.OpenSsl;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.tls.TlsSession;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code openssl s_client} talks to our server, by each engine. */
@Timeout(60)
class OpenSslClientTest {
  @TempDir private static Path folder;
  private static String authority;
  private static String identity;

  private final Echo echo = new Echo();

  @BeforeAll
  static void prepare() throws IOException {
    OpenSsl.assumeInstalled();
    authority =
        Files.writeString(folder.resolve("authority.pem"), Wss.AUTHORITY.chainPem()).toString();
    identity = Wss.file(folder, Wss.CLIENT);
  }

  private static OpenSsl connect(WebSocketServer server, String protocol, String... more)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("s_client", "-CAfile", authority));
    line.addAll(List.of("-connect", "127.0.0.1:" + server.endpoint().port()));
    line.add("-" + protocol.toLowerCase(Locale.ROOT).replace("v", "").replace('.', '_'));
    line.addAll(List.of(more));
    return OpenSsl.start(line.toArray(new String[0]));
  }

  private WebSocketServer listen(TlsConfig config) throws IOException {
    return Wss.listen(Wss.ANY, config, echo);
  }

  private static void upgrade(OpenSsl client) throws Exception {
    client.await("Verify return code: 0 \\(ok\\)");
    client.type(Harness.request());
    client.await("HTTP/1.1 101 .*?\r\n\r\n");
  }

  private static void exchange(OpenSsl client, String text) throws Exception {
    client.type(Frame.text(text).mask().encode());
    client.await(Frame.text(text).encode());
  }

  private TlsSession session() {
    return Wss.session(echo.first().stream);
  }

  private AbstractThrowableAssert<?, ?> assertThatItEnded() {
    return assertThat(get(echo.first().ended));
  }

  static List<Arguments> all() {
    return Wss.enginesAndVersions();
  }

  @ParameterizedTest
  @MethodSource("all")
  void conversationIsClosedByBothSides(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketServer server = listen(Wss.server(engine));
        OpenSsl client =
            connect(
                server,
                protocol,
                "-servername",
                "localhost",
                "-verify_hostname",
                "localhost",
                "-verify_return_error",
                "-alpn",
                "h2,http/1.1")) {
      client.await("ALPN protocol: http/1.1");
      upgrade(client);
      exchange(client, "hello");
      assertThat(session().protocol()).isEqualTo(protocol);
      assertThat(session().applicationProtocol()).isEqualTo("http/1.1");
      assertThat(session().serverName()).isEqualTo("localhost");
      client.type(Frame.close(1000, "").mask().encode());
      client.await(Frame.close(1000, "").encode());
      client.await("closed"); // by a close_notify; an end without one is an error to it
      assertThat(client.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void goodbyeOfTheClientIsToldFromACut(TlsEngine engine, String protocol) throws Exception {
    for (boolean goodbye : new boolean[] {true, false}) {
      Echo connections = new Echo();
      try (WebSocketServer server = Wss.listen(Wss.ANY, Wss.server(engine), connections);
          OpenSsl client = connect(server, protocol)) {
        upgrade(client);
        exchange(client, "hello");
        if (goodbye) {
          client.type("Q\n");
        } else {
          client.kill();
        }
        assertThat(get(connections.first().ended))
            .isInstanceOfSatisfying(
                StreamException.class,
                e ->
                    assertThat(e.error())
                        .isEqualTo(goodbye ? StreamError.EOF : StreamError.TRUNCATED));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void keyUpdatesOfTheClientAreFollowed(TlsEngine engine, String protocol) throws Exception {
    assumeTrue(protocol.equals("TLSv1.3"), "TLS 1.2 has no key updates");
    try (WebSocketServer server = listen(Wss.server(engine));
        OpenSsl client = connect(server, protocol)) {
      upgrade(client);
      exchange(client, "hello");
      for (int i = 0; i < 3; i++) {
        client.type("k\n");
        client.await("KEYUPDATE");
        exchange(client, "its keys are new, " + i);
        client.type("K\n"); // and ours, please
        client.await("KEYUPDATE");
        exchange(client, "both keys are new, " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void renegotiationByTheClientIsRefused(TlsEngine engine, String protocol) throws Exception {
    assumeTrue(protocol.equals("TLSv1.2"), "TLS 1.3 has no renegotiation");
    try (WebSocketServer server = listen(Wss.server(engine));
        OpenSsl client = connect(server, protocol)) {
      upgrade(client);
      exchange(client, "hello");
      client.type("R\n");
      client.await("RENEGOTIATING");
      assertThatItEnded()
          .isInstanceOfSatisfying(
              TlsException.class,
              e -> assertThat(e.error()).isEqualTo(TlsError.RENEGOTIATION_REFUSED));
      assertThat(client.exitCode()).isNotZero();
      client.await("alert");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void certificateOfTheClientIsSeen(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketServer server = listen(demanding(engine));
        OpenSsl client = connect(server, protocol, "-cert", identity, "-key", identity)) {
      upgrade(client);
      exchange(client, "hello");
      assertThat(session().peerCertificates().get(0)).isEqualTo(Wss.CLIENT.certificate());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clientWithoutTheRequiredCertificateIsRefused(TlsEngine engine, String protocol)
      throws Exception {
    try (WebSocketServer server = listen(demanding(engine));
        OpenSsl client = connect(server, protocol)) {
      client.await("alert number \\d+");
      assertThat(client.exitCode()).isNotZero();
      assertThat(echo.connections()).isEmpty();
    }
  }

  private static TlsConfig demanding(TlsEngine engine) {
    return Wss.server(engine)
        .withClientAuth(ClientAuth.NEED)
        .withTrust(List.of(Wss.AUTHORITY.certificate()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void certificateIsChosenByTheNameAskedFor(TlsEngine engine, String protocol) throws Exception {
    TlsConfig config =
        Wss.server(engine)
            .withIdentities(List.of(Wss.identity(Wss.SERVER), Wss.identity(Wss.OTHER)));
    try (WebSocketServer server = listen(config)) {
      for (String name : List.of("localhost", "other.test")) {
        try (OpenSsl client =
            connect(
                server,
                protocol,
                "-servername",
                name,
                "-verify_hostname",
                name,
                "-verify_return_error")) {
          upgrade(client);
          client.type("Q\n");
          assertThat(client.exitCode()).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void clientThatSpeaksAnotherProtocolIsRefused(TlsEngine engine, String protocol)
      throws Exception {
    try (WebSocketServer server = listen(Wss.server(engine));
        OpenSsl client = connect(server, protocol, "-alpn", "h2")) {
      // Conscrypt would go on, and cannot be made to say no_application_protocol.
      boolean says = !engine.equals(TlsEngine.conscrypt());
      client.await(says ? "alert number 120" : "alert number \\d+");
      assertThat(client.exitCode()).isNotZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void oldVersionsAreRefused(TlsEngine engine, String protocol) throws Exception {
    try (WebSocketServer server = listen(Wss.server(engine).withProtocols(protocol));
        OpenSsl client = connect(server, "TLSv1.1", "-cipher", "DEFAULT@SECLEVEL=0")) {
      client.await("alert number 70"); // protocol_version
      assertThat(client.exitCode()).isNotZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void sessionIsResumed(TlsEngine engine, String protocol) throws Exception {
    boolean can = protocol.equals("TLSv1.2") || engine.features().tls13Resumption();
    String session = folder.resolve(engine.name() + protocol).toString();
    try (WebSocketServer server = listen(Wss.server(engine))) {
      try (OpenSsl client = connect(server, protocol, "-sess_out", session)) {
        upgrade(client);
        exchange(client, "hello"); // a ticket of TLS 1.3 comes with it, or before
        client.type("Q\n");
        assertThat(client.exitCode()).isZero();
      }
      assumeTrue(can, engine.name() + " resumes no session of TLS 1.3");
      try (OpenSsl client = connect(server, protocol, "-sess_in", session)) {
        client.await("Reused, ");
        client.type(Harness.request());
        client.await("HTTP/1.1 101 .*?\r\n\r\n");
        exchange(client, "hello again");
      }
      assertThat(echo.connections().stream().map(c -> Wss.session(c.stream).resumed()).toList())
          .containsExactly(false, true);
    }
  }
}
