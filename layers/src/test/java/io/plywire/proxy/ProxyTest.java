// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.spi.Availability;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.ProviderException;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.LayerOption;
import io.plywire.transport.TransportOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One proxy, from its URI to its layers. */
class ProxyTest {
  private static final Endpoint SERVER = Script.SERVER;

  private record Mark(String name, Class<String> type) implements LayerOption<String> {}

  private static final LayerOption<String> MARK = new Mark("MARK", String.class);

  /** A layer that notes how it is called. */
  private static final class FakeTls implements LayerProvider {
    final List<Endpoint> endpoints = new ArrayList<>();
    final List<String> marks = new ArrayList<>();

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String layer() {
      return "tls";
    }

    @Override
    public int spiVersion() {
      return 1;
    }

    @Override
    public Availability availability() {
      return Availability.yes("for tests");
    }

    @Override
    public Set<Trait> traits() {
      return Set.of(Trait.READINESS);
    }

    @Override
    public void check(Role role, TransportOptions options) {
      marks.add(options.get(MARK));
    }

    @Override
    public void asyncWrap(
        AsyncStream next,
        Role role,
        Endpoint endpoint,
        TransportOptions options,
        Handler<AsyncStream> handler) {
      endpoints.add(endpoint);
      marks.add(options.get(MARK));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://proxy.example:3128, http://proxy.example:3128",
    "HTTP://proxy.example:3128/, http://proxy.example:3128",
    "proxy.example, http://proxy.example:80",
    "proxy.example:8080, http://proxy.example:8080",
    "https://proxy.example, https://proxy.example:443",
    "socks5://127.0.0.1, socks5://127.0.0.1:1080",
    "socks5h://[2001:db8::7], socks5://[2001:db8::7]:1080",
    "socks4a://[::1]:9, socks4a://[::1]:9",
    "socks4a://bob@a, socks4a://a:1080",
    "http://user:pass@word@proxy.example:1, http://proxy.example:1",
    "http://@proxy.example:1, http://proxy.example:1",
  })
  void uris(String text, String shown) {
    Proxy proxy = Proxy.parse(text);
    assertThat(proxy).hasToString(shown);
    assertThat(proxy.connectsTo(SERVER).toString())
        .isEqualTo(shown.replaceFirst("^[^:]*", "ws") + "/");
    assertThat(proxy.connectsTo(SERVER).secure()).isFalse();
    if (text.matches("[a-z]*://[^@]*")) {
      assertThat(Proxy.of(URI.create(text))).hasToString(shown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "://x",
        "ftp://s3cret",
        "socks4://s3cret:1",
        "http://s3cret:0",
        "http://s3cret:65536",
        "http://user:s3cret",
        "http://user:s3cret@",
        "http://user:s3cret@host:port",
        "http://user:s3cret@host:1/path",
        "http://user:s3cret@host:1?x",
        "http://user:s3cret%zz@host:1",
        "http://user:s3cret%0a@host:1",
        "http://:s3cret@host:1",
        "http://s3cret s3cret:1",
        "http://[s3cret]:1",
        "http://[::1:1",
        "http://::1:1",
        "http://[::1]1",
      })
  void notQuotedIfWrong(String text) {
    assertThatThrownBy(() -> Proxy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            e -> {
              for (Throwable t = e; t != null; t = t.getCause()) {
                assertThat(t.toString()).doesNotContain("s3cret");
              }
            });
  }

  @Test
  void portsAndHosts() {
    assertThatThrownBy(() -> Proxy.http("a", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Proxy.socks5("a", 65536)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Proxy.https("a b", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Proxy.socks4a("::1", 1)).hasToString("socks4a://[::1]:1");
    assertThat(Proxy.https("b\u00fccher.example", 1))
        .hasToString("https://xn--bcher-kva.example:1");
  }

  @Test
  void layersOfEachKind() {
    Discovery nothing = Discovery.of();
    assertThat(Proxy.direct().layers(nothing)).isEmpty();
    assertThat(Proxy.http("a", 1).layers(nothing)).hasExactlyElementsOfTypes(HttpConnect.class);
    assertThat(Proxy.socks5("a", 1).layers(nothing)).hasExactlyElementsOfTypes(Socks5.class);
    assertThat(Proxy.socks4a("a", 1).layers(nothing)).hasExactlyElementsOfTypes(Socks4a.class);
    assertThatThrownBy(() -> Proxy.https("a", 1).layers(nothing))
        .isInstanceOf(ProviderException.class);
  }

  /** TLS with the proxy is for the proxy's name, by the proxy's options, and not the kind tls. */
  @Test
  void tlsWithTheProxyItself() {
    FakeTls tls = new FakeTls();
    Proxy proxy = Proxy.https("proxy.example", 3129).with(MARK, "of the proxy");
    List<LayerProvider> layers = proxy.layers(Discovery.of(tls));
    assertThat(layers)
        .extracting(LayerProvider::layer)
        .containsExactly("proxy-tls", "http-connect");
    LayerProvider lowest = layers.get(0);
    TransportOptions options = TransportOptions.defaults().with(MARK, "of the server");
    lowest.check(Role.CLIENT, options);
    lowest.asyncWrap(null, Role.CLIENT, SERVER, options, (error, stream) -> {});
    assertThat(tls.endpoints).containsExactly(Endpoint.parse("ws://proxy.example:3129/"));
    assertThat(tls.marks).containsExactly("of the proxy", "of the proxy");
    assertThat(lowest).hasToString("TLS with the proxy proxy.example:3129");
    assertThat(lowest.traits()).isEqualTo(tls.traits());
    assertThat(lowest.spiVersion()).isEqualTo(tls.spiVersion());
    assertThat(lowest.availability()).isEqualTo(tls.availability());
    assertThat(lowest.name()).isEqualTo("proxy-tls");
  }

  @Test
  void none() {
    assertThat(Proxy.direct()).hasToString("direct");
    assertThat(Proxy.direct().kind()).isEqualTo(Proxy.Kind.DIRECT);
    assertThat(Proxy.direct().connectsTo(SERVER)).isSameAs(SERVER);
    assertThatThrownBy(() -> Proxy.direct().withCredentials("a", "b"))
        .isInstanceOf(IllegalStateException.class);
  }
}
