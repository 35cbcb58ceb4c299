// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.certificates.MadeCertificate;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.OpenSsl;
import io.plywire.tests.support.RawPeer;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client talks to {@code openssl s_server}, by each engine. */
@Timeout(60)
class OpenSslServerTest {
  @TempDir private static Path folder;
  private static String authority;
  private static String localhost;

  @BeforeAll
  static void prepare() throws IOException {
    OpenSsl.assumeInstalled();
    authority =
        Files.writeString(folder.resolve("authority.pem"), Wss.AUTHORITY.chainPem()).toString();
    localhost = Wss.file(folder, Wss.SERVER);
  }

  static List<Arguments> all() {
    return Wss.enginesAndVersions();
  }

  /** A server for one connection, and what our client does with it. */
  private static final class Meeting implements AutoCloseable {
    private final OpenSsl server;
    private final String uri;
    private WebSocketStream client;

    Meeting(String protocol, String... more) throws Exception {
      this(Wss.SERVER, protocol, more);
    }

    Meeting(MadeCertificate shown, String protocol, String... more) throws Exception {
      String certificate = Wss.file(folder, shown);
      List<String> line = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:0"));
      line.addAll(List.of("-naccept", "1", "-cert", certificate, "-key", certificate));
      line.add("-" + protocol.toLowerCase(Locale.ROOT).replace("v", "").replace('.', '_'));
      line.addAll(List.of(more));
      server = OpenSsl.start(line.toArray(new String[0]));
      uri = "wss://localhost:" + server.await("ACCEPT 127.0.0.1:(\\d+)").group(1) + "/";
    }

    CompletableFuture<WebSocketStream> connect(TlsConfig config) {
      return Wss.client(config).asyncConnect(uri, useFuture());
    }

    /** Opens a WebSocket; the server is us. */
    void open(TlsConfig config) throws Exception {
      CompletableFuture<WebSocketStream> connecting = connect(config);
      server.type(RawPeer.response(server.await("GET / HTTP/1.1\r\n.*?\r\n\r\n").group()));
      client = get(connecting);
    }

    /** Lets messages cross. */
    void exchange(String text) throws Exception {
      CompletableFuture<Message> read = client.asyncRead(useFuture());
      get(client.asyncWrite(text, useFuture()));
      server.await("\u0081" + (char) (0x80 | text.length())); // what follows is masked
      server.type(Frame.text(text).encode());
      assertThat(get(read).text()).isEqualTo(text);
    }

    @Override
    public void close() {
      if (client != null) {
        client.abort();
      }
      server.close();
    }
  }

  private static ThrowingConsumer<Throwable> is(TlsError error) {
    return found ->
        assertThat(found)
            .isInstanceOfSatisfying(
                TlsException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  @ParameterizedTest
  @MethodSource("all")
  void conversationIsClosedByBothSides(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting = new Meeting(protocol, "-alpn", "h2,http/1.1")) {
      meeting.open(Wss.client(engine));
      assertThat(Wss.session(meeting.client).protocol()).isEqualTo(protocol);
      assertThat(Wss.session(meeting.client).applicationProtocol()).isEqualTo("http/1.1");
      meeting.exchange("hello");
      CompletableFuture<CloseOutcome> closing =
          meeting.client.asyncClose(CloseReason.NORMAL, useFuture());
      meeting.server.await("\u0088\u0082");
      meeting.server.type(Frame.close(1000, "").encode());
      assertThat(get(closing).transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
      assertThat(meeting.server.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void ourGoodbyeIsUnderstood(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting = new Meeting(protocol)) {
      meeting.open(Wss.client(engine));
      meeting.exchange("hello");
      meeting.client.abort();
      meeting.server.await("DONE\n"); // without close_notify it is ERROR
      meeting.server.await("CONNECTION CLOSED");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void goodbyeOfTheServerEndsABodyThatHasNoLength(TlsEngine engine, String protocol)
      throws Exception {
    try (Meeting meeting = new Meeting(protocol, "-www")) {
      assertThat(failure(meeting.connect(Wss.client(engine))))
          .isInstanceOfSatisfying(
              WebSocketException.class,
              e -> {
                assertThat(e.response().status()).isEqualTo(200);
                assertThat(e.response().bodyText())
                    .contains("Protocol")
                    .endsWith("</HTML>\r\n\r\n");
              });
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void cutIsNoGoodbye(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting = new Meeting(protocol)) {
      meeting.open(Wss.client(engine));
      CompletableFuture<Message> read = meeting.client.asyncRead(useFuture());
      meeting.server.kill();
      assertThat(failure(read))
          .isInstanceOfSatisfying(
              StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.TRUNCATED));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void keyUpdatesOfTheServerAreFollowed(TlsEngine engine, String protocol) throws Exception {
    assumeTrue(protocol.equals("TLSv1.3"), "TLS 1.2 has no key updates");
    try (Meeting meeting = new Meeting(protocol)) {
      meeting.open(Wss.client(engine));
      meeting.exchange("hello");
      for (int i = 0; i < 3; i++) {
        // It does what was typed before it looks at what we send.
        meeting.server.type("k\n");
        meeting.exchange("its keys are new, " + i);
        meeting.server.type("K\n"); // and ours, please
        meeting.exchange("both keys are new, " + i);
      }
      meeting.client.abort();
      assertThat(meeting.server.exitCode()).isZero();
      assertThat(meeting.server.printed().split("SSL_do_handshake -> 1", -1)).hasSize(1 + 6);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void renegotiationByTheServerIsRefused(TlsEngine engine, String protocol) throws Exception {
    assumeTrue(protocol.equals("TLSv1.2"), "TLS 1.3 has no renegotiation");
    try (Meeting meeting = new Meeting(protocol)) {
      meeting.open(Wss.client(engine));
      meeting.exchange("hello");
      CompletableFuture<Message> read = meeting.client.asyncRead(useFuture());
      meeting.server.type("r\n");
      assertThat(failure(read)).satisfies(is(TlsError.RENEGOTIATION_REFUSED));
      meeting.server.await("alert");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void ourCertificateIsSeen(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting =
        new Meeting(protocol, "-Verify", "1", "-verify_return_error", "-CAfile", authority)) {
      meeting.open(Wss.client(engine).withIdentity(Wss.identity(Wss.CLIENT)));
      meeting.exchange("hello");
      assertThat(meeting.server.printed()).contains("CN = client.test");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutTheRequiredCertificateWeAreToldSo(TlsEngine engine, String protocol)
      throws Exception {
    try (Meeting meeting = new Meeting(protocol, "-Verify", "1", "-CAfile", authority)) {
      assertThat(failure(meeting.connect(Wss.client(engine))))
          .isInstanceOfSatisfying(
              TlsException.class,
              e -> {
                assertThat(e.error()).isEqualTo(TlsError.CLIENT_CERTIFICATE_REQUIRED);
                // certificate_required, or handshake_failure where that did not exist yet
                assertThat(e.alert()).isEqualTo(protocol.equals("TLSv1.3") ? 116 : 40);
              });
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nameIsAskedFor(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting =
        new Meeting(
            Wss.OTHER,
            protocol,
            "-servername",
            "localhost",
            "-cert2",
            localhost,
            "-key2",
            localhost)) {
      meeting.open(Wss.client(engine));
      assertThat(meeting.server.printed()).contains("Hostname in TLS extension: \"localhost\"");
      assertThat(Wss.session(meeting.client).peerCertificates().get(0))
          .isEqualTo(Wss.SERVER.certificate());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void certificateForAnotherNameIsRefused(TlsEngine engine, String protocol) throws Exception {
    try (Meeting meeting = new Meeting(Wss.OTHER, protocol)) {
      assertThat(failure(meeting.connect(Wss.client(engine))))
          .satisfies(is(TlsError.HOST_NAME_MISMATCH));
      meeting.server.await("alert");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void certificateOfAStrangerIsRefused(TlsEngine engine, String protocol) throws Exception {
    MadeCertificate stranger = MadeCertificate.selfSigned("localhost");
    try (Meeting meeting = new Meeting(stranger, protocol)) {
      assertThat(failure(meeting.connect(Wss.client(engine))))
          .satisfies(is(TlsError.CERTIFICATE_UNTRUSTED));
      meeting.server.await("alert");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void serverThatSpeaksAnotherProtocolRefusesUs(TlsEngine engine, String protocol)
      throws Exception {
    try (Meeting meeting = new Meeting(protocol, "-alpn", "h2")) {
      TlsConfig config = Wss.client(engine).withRequireApplicationProtocol(true);
      // This server goes on without a protocol, so that the refusal is ours.
      assertThat(failure(meeting.connect(config))).satisfies(is(TlsError.NO_APPLICATION_PROTOCOL));
    }
  }
}
