// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.layers.Result;
import io.plywire.layers.Rig;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Credentials go to the proxy, and nowhere else: not into texts, and not to the server. */
class SecrecyTest {
  private static final String USER = "topuser";
  private static final String PASSWORD = "t0psecret";
  private static final String BASIC =
      Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(ISO_8859_1));
  private static final String TOKEN = "t0ken";
  private static final TransportOptions OPTIONS =
      TransportOptions.defaults()
          .with(TunnelOptions.CREDENTIALS, ProxyCredentials.of(USER, PASSWORD))
          .with(TunnelOptions.TIMEOUT, Duration.ofSeconds(10));

  private static void assertSilent(Object shown) {
    assertThat(shown.toString()).doesNotContain(USER, PASSWORD, BASIC, TOKEN);
  }

  private static void assertSilent(IOException error) {
    StringWriter all = new StringWriter();
    error.printStackTrace(new PrintWriter(all));
    assertSilent((Object) all);
    if (error instanceof ProxyException known) {
      assertSilent((Object) known.reason());
      assertSilent((Object) known.thrownHere());
    }
  }

  @Test
  void texts() {
    Proxy proxy = Proxy.parse("http://" + USER + ":" + PASSWORD + "@proxy.example:1");
    assertSilent(proxy);
    assertSilent(proxy.with(TunnelOptions.FIELDS, TunnelFields.of("Authorization", TOKEN)));
    assertSilent(ProxyCredentials.of(USER, PASSWORD));
    assertSilent(OPTIONS);
    assertSilent(OPTIONS.with(TunnelOptions.FIELDS, TunnelFields.of("X", TOKEN)));
    assertSilent(TunnelFields.of("X", TOKEN).all());
    assertSilent(proxy.connectsTo(Script.SERVER));
    assertSilent(proxy.layers(Discovery.of()));
    assertSilent(ProxySelection.always(proxy).proxiesFor(Script.SERVER));
  }

  /** Whatever a proxy answers, and however it ends. */
  @Test
  void errors() {
    String challenge =
        "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n";
    List<List<String>> talks =
        List.of(
            List.of(),
            List.of("garbage"),
            List.of("HTTP/1.1 403 No\r\n\r\n"),
            List.of(challenge + "\r\n"),
            List.of(challenge + "\r\n", challenge + "\r\n"),
            List.of(challenge + "\r\n", "HTTP/1.1 502 No\r\n\r\n"),
            List.of(challenge + "Connection: close\r\n\r\n"),
            List.of("\005\002", "\001\001"),
            List.of("\005\002", "\001\000", "\005\001"),
            List.of("\005\002", "\001\000", "\005\000\000\011\000"),
            List.of("\005\377"),
            List.of("\000\133"));
    List<LayerProvider> layers = List.of(new HttpConnect(), new Socks5(), new Socks4a());
    List<IOException> errors = new ArrayList<>();
    for (List<String> answers : talks) {
      for (LayerProvider layer : layers) {
        for (int end = 0; end < 3; end++) {
          TransportOptions options =
              layer instanceof Socks4a
                  ? OPTIONS.with(TunnelOptions.CREDENTIALS, ProxyCredentials.user(USER))
                  : OPTIONS;
          try (Rig b = new Rig()) {
            Result<AsyncStream> client = b.result();
            layer.asyncWrap(b.pipe.client(), Role.CLIENT, Script.SERVER, options, client);
            for (String answer : answers) {
              b.run();
              if (!client.isDone()) {
                b.receive(b.pipe.server(), 1000);
                b.send(b.pipe.server(), answer.getBytes(ISO_8859_1));
              }
            }
            b.run();
            if (end == 0) {
              b.advance(Duration.ofSeconds(10));
            } else if (end == 1) {
              client.cancel(CancellationType.TERMINAL);
            } else {
              b.pipe.server().close();
            }
            b.run();
            errors.add(client.error());
          }
        }
      }
    }
    assertThat(errors).hasSize(talks.size() * layers.size() * 3).doesNotContainNull();
    errors.forEach(SecrecyTest::assertSilent);
  }

  /** What is written through the tunnel afterwards is all that the server gets. */
  @Test
  void serverGetsNothingOfIt() {
    for (Script script : Script.all()) {
      try (Rig b = new Rig()) {
        Result<AsyncStream> server = b.result();
        Result<AsyncStream> client = b.result();
        script.answer(b.pipe.server(), server); // reads exactly what is for the proxy
        script.ask(b.pipe.client(), client);
        b.run();
        Result<Void> first = b.write(client.value(), ByteBuffer.wrap(new byte[] {42}));
        assertThat(b.receive(server.value(), 1000)).containsExactly(42);
        assertThat(first.moved()).isEqualTo(1);
      }
    }
  }

  @Test
  void equality() {
    ProxyCredentials one = ProxyCredentials.of(USER, PASSWORD);
    assertThat(one)
        .isEqualTo(ProxyCredentials.of(USER, PASSWORD))
        .hasSameHashCodeAs(ProxyCredentials.of(USER, PASSWORD))
        .isNotEqualTo(ProxyCredentials.of(USER, "x"))
        .isNotEqualTo(ProxyCredentials.user(PASSWORD));
    assertThat(Endpoint.parse("ws://a/")).isNotEqualTo(one);
  }
}
