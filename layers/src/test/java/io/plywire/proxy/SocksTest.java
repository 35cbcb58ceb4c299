// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

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
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a SOCKS proxy may answer; {@link TunnelTest} has what goes wrong below. */
class SocksTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  private static final String LONGEST = ("x".repeat(63) + ".").repeat(4).substring(0, 255);

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Has a proxy give these answers, each to whatever it hears. */
  private static ProxyException refused(
      LayerProvider layer, TransportOptions options, ProxyError expected, String... answers) {
    try (Rig b = new Rig()) {
      Result<AsyncStream> client = b.result();
      layer.asyncWrap(b.pipe.client(), Role.CLIENT, Script.SERVER, options, client);
      for (String answer : answers) {
        b.run();
        assertThat(client.isDone()).isFalse();
        b.receive(b.pipe.server(), 1000);
        b.send(b.pipe.server(), HexFormat.of().parseHex(answer));
      }
      assertThat(b.pipe.client().isOpen()).isFalse();
      assertThat(client.error()).isInstanceOf(ProxyException.class);
      ProxyException failure = (ProxyException) client.error();
      assertThat(failure.error()).as("%s", failure.getMessage()).isEqualTo(expected);
      return failure;
    }
  }

  private static String requestFor(LayerProvider layer, String uri, TransportOptions options) {
    try (Rig b = new Rig()) {
      Result<AsyncStream> client = b.result();
      layer.asyncWrap(b.pipe.client(), Role.CLIENT, Endpoint.parse(uri), options, client);
      b.run();
      if (layer instanceof Socks5) {
        b.receive(b.pipe.server(), 10);
        b.send(b.pipe.server(), new byte[] {5, 0});
      }
      return hex(b.receive(b.pipe.server(), 1000));
    }
  }

  // ---- what is asked

  @ParameterizedTest
  @CsvSource({
    "ws://a.b/, 05010003 03612e62 0050",
    "wss://192.0.2.7:65535/, 05010001 c0000207 ffff",
    "wss://[2001:db8::7]/, 05010004 20010db8000000000000000000000007 01bb",
    "ws://[::ffff:192.0.2.7]/, 05010004 00000000000000000000ffffc0000207 0050",
  })
  void targetsOfSocks5(String uri, String request) {
    assertThat(requestFor(new Socks5(), uri, DEFAULTS)).isEqualTo(request.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "ws://a.b/, 0401 0050 00000001 00 612e6200",
    "wss://192.0.2.7:65535/, 0401 ffff c0000207 00",
    "wss://[::7]/, 0401 01bb 00000001 00 3a3a3700",
  })
  void targetsOfSocks4a(String uri, String request) {
    assertThat(requestFor(new Socks4a(), uri, DEFAULTS)).isEqualTo(request.replace(" ", ""));
  }

  @Test
  void namesThatAreTooLongAreNotSent() {
    for (LayerProvider layer : new LayerProvider[] {new Socks5(), new Socks4a()}) {
      assertThat(requestFor(layer, "ws://" + LONGEST + "/", DEFAULTS)).contains("78".repeat(63));
      try (Rig b = new Rig()) {
        assertThatThrownBy(
                () ->
                    layer.asyncWrap(
                        b.pipe.client(),
                        Role.CLIENT,
                        Endpoint.parse("ws://x" + LONGEST + "/"),
                        DEFAULTS,
                        new Result<>()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("256 bytes");
        assertThat(b.pipe.client().faults().started()).isZero();
        assertThat(b.pipe.client().isOpen()).isTrue();
      }
    }
  }

  @Test
  void credentialsThatDoNotFit() {
    String most = "\u00fc".repeat(127) + "x";
    Socks5 layer = new Socks5();
    layer.check(Role.CLIENT, with(ProxyCredentials.of(most, most)));
    layer.check(Role.CLIENT, with(ProxyCredentials.of("a:b", "")));
    for (ProxyCredentials long0 :
        new ProxyCredentials[] {
          ProxyCredentials.of(most + "x", "p"), ProxyCredentials.of("u", most + "x")
        }) {
      assertThatThrownBy(() -> layer.check(Role.CLIENT, with(long0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 256 bytes");
    }
    assertThatThrownBy(() -> new Socks4a().check(Role.CLIENT, Script.WITH_ALICE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no passwords");
    for (String bad : new String[] {"", "a\nb", "a\u0000"}) {
      assertThatThrownBy(() -> ProxyCredentials.user(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static TransportOptions with(ProxyCredentials credentials) {
    return DEFAULTS.with(TunnelOptions.CREDENTIALS, credentials);
  }

  // ---- what is answered

  @ParameterizedTest
  @CsvSource({
    "1, REFUSED, general failure of the server",
    "2, REFUSED, not allowed by the rules",
    "3, UNREACHABLE, network unreachable",
    "4, UNREACHABLE, host unreachable",
    "5, UNREACHABLE, connection refused",
    "6, UNREACHABLE, time to live expired",
    "7, REFUSED, command not supported",
    "8, REFUSED, type of address not supported",
    "9, REFUSED, unassigned",
    "255, REFUSED, unassigned",
  })
  void repliesOfSocks5(int reply, ProxyError error, String reason) {
    String answer = "05" + HexFormat.of().toHexDigits((byte) reply);
    for (String rest : new String[] {"", "0001000000000000"}) { // which some leave out
      ProxyException failure = refused(new Socks5(), DEFAULTS, error, "0500", answer + rest);
      assertThat(failure.status()).isEqualTo(reply);
      assertThat(failure.reason()).isEqualTo(reason);
      assertThat(failure.credentialsSent()).isFalse();
      assertThat(failure)
          .hasMessageContaining("server.example:8443: reply " + reply + ", " + reason);
    }
    assertThat(
            refused(new Socks5(), Script.WITH_ALICE, error, "0502", "0100", answer)
                .credentialsSent())
        .isTrue();
  }

  @Test
  void methodsOfSocks5() {
    ProxyException none = refused(new Socks5(), DEFAULTS, ProxyError.AUTHENTICATION, "05ff");
    assertThat(none).hasMessageContaining("asks for credentials, and there are none");
    assertThat(none.credentialsSent()).isFalse();
    assertThat(refused(new Socks5(), Script.WITH_ALICE, ProxyError.AUTHENTICATION, "05ff"))
        .hasMessageContaining("takes neither name and password nor none");
    assertThat(refused(new Socks5(), DEFAULTS, ProxyError.BAD_ANSWER, "0502"))
        .hasMessageContaining("method 2, which was not offered");
    refused(new Socks5(), Script.WITH_ALICE, ProxyError.BAD_ANSWER, "0501");
    ProxyException wrong =
        refused(new Socks5(), Script.WITH_ALICE, ProxyError.AUTHENTICATION, "0502", "0107");
    assertThat(wrong.status()).isEqualTo(7);
    assertThat(wrong.credentialsSent()).isTrue();
    assertThat(wrong.condition()).isEqualTo(ErrorCondition.HANDSHAKE_FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"04", "48", "05000", "0500 06", "0500 0500000200", "0500 0400"})
  void garbageForSocks5(String answers) {
    if (answers.length() % 2 == 0 || answers.contains(" ")) {
      refused(new Socks5(), DEFAULTS, ProxyError.BAD_ANSWER, answers.split(" "));
    }
    refused(new Socks5(), Script.WITH_ALICE, ProxyError.BAD_ANSWER, "0502", "05");
  }

  @ParameterizedTest
  @CsvSource({
    "91, REFUSED, rejected or failed",
    "92, AUTHENTICATION, the proxy cannot reach the client's identd",
    "93, AUTHENTICATION, the client's identd names somebody else",
    "0, REFUSED, unassigned",
  })
  void repliesOfSocks4a(int reply, ProxyError error, String reason) {
    String answer = "00" + HexFormat.of().toHexDigits((byte) reply);
    ProxyException failure = refused(new Socks4a(), DEFAULTS, error, answer);
    assertThat(failure.status()).isEqualTo(reply);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.credentialsSent()).isFalse();
    assertThat(
            refused(new Socks4a(), with(ProxyCredentials.user("bob")), error, answer + "00")
                .credentialsSent())
        .isTrue();
  }

  @Test
  void garbageForSocks4a() {
    assertThat(refused(new Socks4a(), DEFAULTS, ProxyError.BAD_ANSWER, "48"))
        .hasMessageContaining("none of SOCKS4: 'H'");
  }
}
