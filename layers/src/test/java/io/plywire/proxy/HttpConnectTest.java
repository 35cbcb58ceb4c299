// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.layers.Result;
import io.plywire.layers.Rig;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP proxy may answer; {@link TunnelTest} has what goes wrong below. */
class HttpConnectTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final TransportOptions WITH_ALICE = Script.WITH_ALICE;
  private static final String OPEN = "HTTP/1.1 200 OK\r\n\r\n";
  private static final String EMPTY = "Content-Length: 0\r\n\r\n";
  private static final String NONCE = "Proxy-Authenticate: Digest realm=r, qop=auth, nonce=";

  /** A client that asks, and a proxy that is played by hand. */
  private static final class Talk implements AutoCloseable {
    final Rig b = new Rig();
    final Result<AsyncStream> client = b.result();

    Talk(Endpoint server, TransportOptions options) {
      new HttpConnect().asyncWrap(b.pipe.client(), Role.CLIENT, server, options, client);
      b.run();
    }

    Talk(TransportOptions options) {
      this(Script.SERVER, options);
    }

    String heard() {
      return new String(b.receive(b.pipe.server(), 10_000), ISO_8859_1);
    }

    void say(String answer) {
      b.send(b.pipe.server(), answer.getBytes(ISO_8859_1));
    }

    ProxyException failed(ProxyError expected) {
      assertThat(b.pipe.client().isOpen()).isFalse();
      assertThat(client.error()).isInstanceOf(ProxyException.class);
      ProxyException failure = (ProxyException) client.error();
      assertThat(failure.error()).as("%s", failure.getMessage()).isEqualTo(expected);
      return failure;
    }

    @Override
    public void close() {
      b.close();
    }
  }

  private static ProxyException refused(TransportOptions options, String answer, ProxyError error) {
    try (Talk talk = new Talk(options)) {
      talk.heard();
      talk.say(answer);
      return talk.failed(error);
    }
  }

  // ---- what is asked

  @ParameterizedTest
  @CsvSource({
    "ws://server.example/, server.example:80",
    "wss://server.example/, server.example:443",
    "wss://192.0.2.7:8443/x?y, 192.0.2.7:8443",
    "wss://[2001:db8::7]/, [2001:db8::7]:443",
    "ws://[fe80::1%25eth0]:81/, [fe80::1]:81",
    "ws://b\u00fccher.example/, xn--bcher-kva.example:80",
    "ws+aio://server.example:5/, server.example:5",
  })
  void authorityOfTheTarget(String uri, String authority) {
    try (Talk talk = new Talk(Endpoint.parse(uri), DEFAULTS)) {
      assertThat(talk.heard())
          .isEqualTo("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws+unix:/run/app.sock", "ws+memory://name/", "ws+aio://a%0Ab:80/"})
  void targetsThatNoProxyReaches(String uri) {
    try (Rig b = new Rig()) {
      for (LayerProvider layer : new LayerProvider[] {new HttpConnect(), new Socks5()}) {
        assertThatThrownBy(
                () ->
                    layer.asyncWrap(
                        b.pipe.client(),
                        Role.CLIENT,
                        Endpoint.parse(uri),
                        DEFAULTS,
                        new Result<>()))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(b.pipe.client().isOpen()).isTrue();
    }
  }

  @Test
  void fieldsOfTheApplication() {
    TunnelFields fields =
        TunnelFields.of("User-Agent", "me/1").with("Proxy-Authorization", "Bearer s3cret");
    try (Talk talk = new Talk(DEFAULTS.with(TunnelOptions.FIELDS, fields))) {
      assertThat(talk.heard())
          .endsWith(
              "Host: server.example:8443\r\nUser-Agent: me/1\r\n"
                  + "Proxy-Authorization: Bearer s3cret\r\n\r\n");
      talk.say("HTTP/1.1 407 No\r\nProxy-Authenticate: Bearer\r\n" + EMPTY);
      assertThat(talk.failed(ProxyError.AUTHENTICATION).credentialsSent()).isTrue();
    }
    assertThat(fields).hasToString("[User-Agent, Proxy-Authorization]");
  }

  @ParameterizedTest
  @CsvSource({
    "'a b', x",
    "'', x",
    "a:, x",
    "Host, x",
    "content-length, 3",
    "A, '\u0001'",
    "A, \u00fc"
  })
  void fieldsThatCannotBeSent(String name, String value) {
    assertThatThrownBy(() -> TunnelFields.of(name, value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TunnelFields.of("A", "b\r\nC: d"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- refusals

  @ParameterizedTest
  @ValueSource(ints = {101, 300, 302, 400, 401, 403, 404, 405, 408, 426, 429, 500, 501, 505, 599})
  void refusedWithEveryStatus(int status) {
    ProxyException error =
        refused(
            DEFAULTS,
            "HTTP/1.1 " + status + " Because\u00e4 of me\r\nX: y\r\n\r\n",
            ProxyError.REFUSED);
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.reason()).isEqualTo("Because? of me");
    assertThat(error.condition()).isEqualTo(ErrorCondition.HANDSHAKE_FAILED);
    assertThat(error.credentialsSent()).isFalse();
    assertThat(error)
        .hasMessage(
            "the proxy refuses to connect to server.example:8443: "
                + status
                + " Because? of me: in-memory client of pipe");
    assertThat(error.thrownHere())
        .hasMessage(error.getMessage())
        .hasToString("ProxyException[REFUSED]: " + error.getMessage())
        .hasCause(error);
    assertThat(error.thrownHere().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void unreachable(int status) {
    ProxyException error =
        refused(DEFAULTS, "HTTP/1.0 " + status + " \r\n\r\n", ProxyError.UNREACHABLE);
    assertThat(error.condition()).isEqualTo(ErrorCondition.CONNECT_FAILED);
    assertThat(error.reason()).isEmpty();
  }

  @Test
  void reasonsAreBounded() {
    ProxyException error =
        refused(DEFAULTS, "HTTP/1.1 403 " + "x".repeat(5000) + "\r\n\r\n", ProxyError.REFUSED);
    assertThat(error.reason()).hasSize(100).endsWith("xx...");
    assertThat(error.getMessage()).hasSizeLessThan(250);
  }

  /** Told as soon as it is clear. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "S",
        "HTTP/2",
        "HTTP/1.1x",
        "http/1.1",
        "\u0000",
        "\n",
        "\r\n",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\rx",
        "HTTP/1.1 200 OK\r\nA: \u0000",
        "HTTP/1.1 200 OK\r\n\u007f"
      })
  void garbage(String answer) {
    boolean complete = answer.length() < 8 || !answer.endsWith("x") || answer.contains("\r");
    assertThat(
            refused(DEFAULTS, complete ? answer : answer + "xxxxxx\r\n\r\n", ProxyError.BAD_ANSWER))
        .extracting(ProxyException::condition)
        .isEqualTo(ErrorCondition.PROTOCOL_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK..\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
      })
  void headsThatAreWrong(String answer) {
    assertThat(refused(DEFAULTS, answer, ProxyError.BAD_ANSWER))
        .hasMessageContaining("the answer has");
  }

  @Test
  void proxyThatSpeaksTls() {
    assertThat(refused(DEFAULTS, "\u0015\u0003\u0003", ProxyError.BAD_ANSWER))
        .hasMessageStartingWith("the proxy speaks TLS: '\\x15");
  }

  @Test
  void headsAreBoundedTogether() {
    TransportOptions options = DEFAULTS.with(TunnelOptions.HEAD_MAX, 100);
    String field = "A: " + "x".repeat(100 - OPEN.length() - 5) + "\r\n";
    try (Talk talk = new Talk(options)) {
      talk.say("HTTP/1.1 200 OK\r\n" + field + "\r\n");
      talk.client.value();
    }
    ProxyException error =
        refused(options, "HTTP/1.1 200 OK\r\nB" + field + "\r\n", ProxyError.ANSWER_TOO_LARGE);
    assertThat(error).hasMessageContaining("exceeds the limit of 100 bytes");
    assertThat(error.condition()).isEqualTo(ErrorCondition.LIMIT_EXCEEDED);
    refused(options, "HTTP/1.1 100 Go on\r\n\r\n".repeat(6), ProxyError.ANSWER_TOO_LARGE);
    try (Talk talk = new Talk(DEFAULTS)) {
      talk.say("HTTP/1.1 100 Go on\r\n\r\n".repeat(500));
      assertThat(talk.client.isDone()).isFalse();
      talk.say("HTTP/1.1 100 Go on\r\n\r\n".repeat(500));
      talk.failed(ProxyError.ANSWER_TOO_LARGE);
    }
  }

  // ---- credentials

  @Test
  void askedForCredentialsThatThereAreNoneOf() {
    ProxyException error =
        refused(
            DEFAULTS,
            "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Negotiate, Basic realm=x\r\n" + EMPTY,
            ProxyError.AUTHENTICATION);
    assertThat(error.status()).isEqualTo(407);
    assertThat(error.credentialsSent()).isFalse();
    assertThat(error)
        .hasMessageContaining("asks for credentials by Negotiate, Basic and there are none");
    assertThat(Proxy.http("p", 1).after(error)).isNull();
  }

  @Test
  void credentialsRefused() {
    for (boolean preemptive : new boolean[] {false, true}) {
      try (Talk talk = new Talk(WITH_ALICE.with(TunnelOptions.PREEMPTIVE, preemptive))) {
        for (int i = preemptive ? 1 : 0; i < 2; i++) {
          assertThat(talk.heard()).isEqualTo(i == 0 ? Script.REQUEST : Script.REQUEST_OF_ALICE);
          talk.say("HTTP/1.1 407 Who?\r\n" + Script.CHALLENGE + EMPTY);
        }
        ProxyException error = talk.failed(ProxyError.AUTHENTICATION);
        assertThat(error.credentialsSent()).isTrue();
        assertThat(error).hasMessageContaining("does not take the credentials");
        assertThat(Proxy.http("p", 1).withCredentials("a", "b").after(error)).isNull();
      }
    }
  }

  /** Some proxies ask with 407 and refuse with 401. */
  @Test
  void credentialsRefusedAsAServerDoesIt() {
    ProxyException error =
        refused(
            WITH_ALICE.with(TunnelOptions.PREEMPTIVE, true),
            "HTTP/1.0 401 Unauthorized\r\n\r\n",
            ProxyError.AUTHENTICATION);
    assertThat(error.status()).isEqualTo(401);
    assertThat(error.credentialsSent()).isTrue();
  }

  @Test
  void schemesThatCannotBeAnswered() {
    for (String offer : new String[] {"", "Proxy-Authenticate: NTLM, Bearer x=y\r\n"}) {
      assertThat(
              refused(WITH_ALICE, "HTTP/1.1 407 \r\n" + offer + EMPTY, ProxyError.AUTHENTICATION))
          .hasMessageContaining(
              offer.isEmpty() ? "by no scheme at all, which" : "by NTLM, Bearer, which");
    }
    TransportOptions colon =
        DEFAULTS.with(TunnelOptions.CREDENTIALS, ProxyCredentials.of("a:b", "c"));
    assertThat(
            refused(
                colon, "HTTP/1.1 407 \r\n" + Script.CHALLENGE + EMPTY, ProxyError.AUTHENTICATION))
        .hasMessageContaining("no user name has a colon");
  }

  @Test
  void digestBeforeBasicAndOnceMoreWhenItsNonceIsStale() {
    try (Talk talk = new Talk(WITH_ALICE)) {
      assertThat(talk.heard()).isEqualTo(Script.REQUEST);
      talk.say("HTTP/1.1 407 \r\n" + Script.CHALLENGE + NONCE + "n1\r\n" + EMPTY);
      assertThat(talk.heard())
          .contains(
              "Proxy-Authorization: Digest username=\"alice\", realm=\"r\", nonce=\"n1\","
                  + " uri=\"server.example:8443\", qop=auth, nc=00000001, cnonce=");
      talk.say("HTTP/1.1 407 \r\n" + NONCE + "n2, stale=true\r\n" + EMPTY);
      assertThat(talk.heard()).contains("nonce=\"n2\"").contains("nc=00000001");
      talk.say("HTTP/1.1 407 \r\n" + NONCE + "n3, stale=true\r\n" + EMPTY);
      talk.failed(ProxyError.AUTHENTICATION);
    }
  }

  @Test
  void digestAfterBasicThatNobodyHadAskedFor() {
    try (Talk talk = new Talk(WITH_ALICE.with(TunnelOptions.PREEMPTIVE, true))) {
      assertThat(talk.heard()).isEqualTo(Script.REQUEST_OF_ALICE);
      talk.say("HTTP/1.1 407 \r\n" + NONCE + "n1\r\n" + EMPTY);
      assertThat(talk.heard()).contains("Digest").doesNotContain("Basic");
      talk.say(OPEN);
      talk.client.value();
    }
  }

  /** Each of these ends the connection with the challenge, so the answer needs another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 407 \r\nContent-Length: 0\r\n",
        "HTTP/1.1 407 \r\nContent-Length: 0\r\nConnection: Keep-Alive, Close\r\n",
        "HTTP/1.1 407 \r\nContent-Length: 0\r\nProxy-Connection: close\r\n",
        "HTTP/1.1 407 \r\n",
        "HTTP/1.1 407 \r\nContent-Length: 70000\r\n",
        "HTTP/1.1 407 \r\nContent-Length: -1\r\n",
        "HTTP/1.1 407 \r\nContent-Length: 1\r\nContent-Length: 1\r\n",
        "HTTP/1.1 407 \r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1 407 \r\nTransfer-Encoding: gzip, chunked\r\n",
      })
  void newConnectionNeeded(String head) {
    Proxy proxy = Proxy.http("proxy.example", 3128).withCredentials("alice", "open sesame");
    ProxyException error =
        refused(
            WITH_ALICE,
            head + Script.CHALLENGE + NONCE + "n1\r\n\r\n",
            ProxyError.NEW_CONNECTION_NEEDED);
    assertThat(error.status()).isEqualTo(407);
    assertThat(error).hasMessageContaining("needs a new one with the credentials");
    Proxy knowing = proxy.after(error);
    for (int i = 1; i < 3; i++) {
      try (Rig b = new Rig()) {
        Result<AsyncStream> client = b.result();
        knowing
            .layers(null)
            .get(0)
            .asyncWrap(b.pipe.client(), Role.CLIENT, Script.SERVER, DEFAULTS, client);
        b.run();
        assertThat(new String(b.receive(b.pipe.server(), 1000), ISO_8859_1))
            .contains("Digest username=\"alice\"")
            .contains("nc=0000000" + i);
        b.send(b.pipe.server(), (head + NONCE + "n1\r\n\r\n").getBytes(ISO_8859_1));
        ProxyException again = (ProxyException) client.error();
        assertThat(again.error()).isEqualTo(ProxyError.AUTHENTICATION);
        assertThat(knowing.after(again)).isNull();
      }
    }
  }

  @Test
  void bodiesAreBounded() {
    try (Talk talk = new Talk(WITH_ALICE)) {
      talk.heard();
      talk.say("HTTP/1.1 407 \r\nTransfer-Encoding: chunked\r\n" + Script.CHALLENGE + "\r\n");
      int skipped = 0;
      while (!talk.client.isDone()) {
        assertThat(skipped).isLessThan(70_000);
        talk.say("400\r\n" + "x".repeat(1024) + "\r\n");
        skipped += 1024;
      }
      talk.failed(ProxyError.NEW_CONNECTION_NEEDED);
    }
    for (String body :
        new String[] {"\r\n", "x", "ff\nx", ";a\r\n", "12345678", "3\r\nabc\r\n\r\n", "\u00ff"}) {
      refused(
          WITH_ALICE,
          "HTTP/1.1 407 \r\nTransfer-Encoding: chunked\r\n" + Script.CHALLENGE + "\r\n" + body,
          ProxyError.BAD_ANSWER);
    }
    try (Talk talk = new Talk(WITH_ALICE)) {
      talk.heard();
      talk.say(
          "HTTP/1.1 407 \r\nContent-Length: 65536\r\n"
              + Script.CHALLENGE
              + "\r\n"
              + "x".repeat(65536));
      assertThat(talk.heard()).isEqualTo(Script.REQUEST_OF_ALICE);
    }
  }

  // ---- options

  @Test
  void optionsThatDoNotFit() {
    HttpConnect layer = new HttpConnect();
    layer.check(Role.CLIENT, DEFAULTS);
    layer.check(Role.CLIENT, WITH_ALICE.with(TunnelOptions.PREEMPTIVE, true));
    try (Rig b = new Rig()) {
      for (TransportOptions options :
          new TransportOptions[] {
            DEFAULTS.with(TunnelOptions.TIMEOUT, Duration.ofNanos(-1)),
            DEFAULTS.with(TunnelOptions.HEAD_MAX, 63),
            DEFAULTS.with(TunnelOptions.PREEMPTIVE, true),
            DEFAULTS
                .with(TunnelOptions.CREDENTIALS, ProxyCredentials.of("a:b", ""))
                .with(TunnelOptions.PREEMPTIVE, true),
            WITH_ALICE.with(
                TunnelOptions.FIELDS, TunnelFields.of("proxy-authorization", "Bearer x")),
          }) {
        assertThatThrownBy(() -> layer.check(Role.CLIENT, options))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                () ->
                    layer.asyncWrap(
                        b.pipe.client(), Role.CLIENT, Script.SERVER, options, new Result<>()))
            .isInstanceOf(IllegalArgumentException.class);
        new HttpConnect(DEFAULTS).check(Role.CLIENT, options); // which do not count
      }
      assertThat(b.pipe.client().isOpen()).isTrue();
    }
  }

  @Test
  void noServerGoesThroughAProxy() {
    for (LayerProvider layer :
        new LayerProvider[] {new HttpConnect(), new Socks5(), new Socks4a()}) {
      assertThatThrownBy(() -> layer.check(Role.SERVER, DEFAULTS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the layer "
                  + layer.layer()
                  + " is for a CLIENT that goes through a proxy, not a SERVER");
    }
  }

  @Test
  void endBeforeAnyAnswerIsOneOfTheConnection() {
    try (Talk talk = new Talk(WITH_ALICE)) {
      talk.b.pipe.server().close();
      talk.b.run();
      assertThat(talk.client.error()).isNotInstanceOf(ProxyException.class);
    }
  }

  @Test
  void foundByServiceLoader() {
    assertThat(ServiceLoader.load(LayerProvider.class))
        .extracting(LayerProvider::layer)
        .contains("http-connect", "socks5", "socks4a");
  }
}
